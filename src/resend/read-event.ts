import { z } from 'zod'
import { errorLine } from '../core/errors/error-line.ts'
import type { DeliveryEvent } from '../core/events/delivery-event.ts'
import type { Progress } from '../core/events/progress.ts'

interface Meaning {
  progress: Progress
  provesAcceptance: boolean
}

const proof = (progress: Progress): Meaning => ({ progress, provesAcceptance: true })

/**
 * What each type tells. All but one happen only to what the provider took. `email.failed` may speak
 * of an email that it refused to take (a quota, a domain), so the send's own answer has to decide.
 * Opens and clicks come from scanners as well; they prove no more than that the email exists.
 */
const meanings = new Map<string, Meaning>([
  ['email.sent', proof('accepted')],
  ['email.scheduled', proof('accepted')],
  ['email.opened', proof('accepted')],
  ['email.clicked', proof('accepted')],
  ['email.delivery_delayed', proof('delayed')],
  ['email.delivered', proof('delivered')],
  ['email.suppressed', proof('suppressed')],
  ['email.bounced', proof('bounced')],
  ['email.complained', proof('complained')],
  ['email.failed', { progress: 'failed', provesAcceptance: false }],
])

/** What PostgreSQL can store and index. */
const name = z
  .string()
  .min(1)
  .max(255)
  .refine(text => text.isWellFormed() && !text.includes('\0'))

/** An explanation in the provider's words; what is not text in it is left out. */
const words = z
  .record(z.string(), z.unknown())
  .transform(({ type, subType, message, reason }) => {
    const given = Object.entries({ type, subType, message, reason }).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    )
    return Object.fromEntries(given.map(([key, text]) => [key, storable(text)]))
  })
  .optional()
  .catch(undefined)

/** `address` or `Name <address>`. */
const recipients = z
  .array(z.string().max(1_000))
  .transform(list =>
    list.map(text => (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase()),
  )
  .catch([])

const content = z.object({
  type: name,
  created_at: z
    .string()
    .transform(text => new Date(text))
    // Also false for an invalid date, whose time is no number.
    .refine(date => date.getTime() > 0 && date.getUTCFullYear() < 2200),
  data: z.object({
    email_id: name,
    to: recipients,
    // An array would be an object, too, but without this name.
    tags: z.object({ delivery_id: z.uuid() }).optional().catch(undefined),
    bounce: words,
    failed: words,
    suppressed: words,
  }),
})

/**
 * Reads an event that is proved to be the provider's, which is all that is proved. Null where it is
 * not about an email, or where what makes an event is missing: then there is nothing to keep.
 */
export function readEvent(id: string, payload: unknown): DeliveryEvent | null {
  const read = content.safeParse(payload)
  if (!read.success || !name.safeParse(id).success) return null
  const { type, created_at: happenedAt, data } = read.data
  const meaning = meanings.get(type)
  return {
    id,
    type,
    happenedAt,
    providerId: data.email_id,
    deliveryId: data.tags?.delivery_id.toLowerCase() ?? null,
    recipients: data.to,
    detail: data.bounce ?? data.failed ?? data.suppressed ?? null,
    progress: meaning?.progress ?? null,
    provesAcceptance: meaning?.provesAcceptance ?? false,
    suppresses: suppressionBy(type, data.bounce),
    optsOut: type === 'email.complained',
  }
}

/** A full mailbox or a server in trouble says nothing about the address: only `Permanent` does. */
function suppressionBy(type: string, bounce: Record<string, string> = {}): string | null {
  if (type === 'email.complained') return 'complained'
  if (type === 'email.suppressed') return 'suppressed'
  if (type !== 'email.bounced' || bounce.type !== 'Permanent') return null
  return errorLine('bounced', bounce.subType || bounce.type)
}

function storable(text: string): string {
  return text.replaceAll('\0', '').slice(0, 1_000).toWellFormed()
}
