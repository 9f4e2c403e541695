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
 * What each type proves. `email.failed` can also mean that the provider refused the email (quota, domain),
 * so the answer to the request decides. Opens and clicks may come from scanners, so they prove only that
 * the email exists.
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

/** A text that PostgreSQL can store and index. */
const name = z
  .string()
  .min(1)
  .max(255)
  .refine(text => text.isWellFormed() && !text.includes('\0'))

/** The provider's explanation; fields that are not text are removed. */
const explanation = z
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
    // Also false for an invalid date, whose time is NaN.
    .refine(date => date.getTime() > 0 && date.getUTCFullYear() < 2200),
  data: z.object({
    email_id: name,
    to: recipients,
    // Also rejects an array, which has no such field.
    tags: z.object({ delivery_id: z.uuid() }).optional().catch(undefined),
    bounce: explanation,
    failed: explanation,
    suppressed: explanation,
  }),
})

/**
 * Parses an event whose signature was verified; its content is still untrusted. Null if it is not about an
 * email or if required fields are missing, so that there is nothing to store.
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
    isTransientBounce: type === 'email.bounced' && data.bounce?.type === 'Transient',
    optsOut: type === 'email.complained',
  }
}

/** Only a `Permanent` bounce is about the address; a full mailbox or a failing server is not. */
function suppressionBy(type: string, bounce: Record<string, string> = {}): string | null {
  if (type === 'email.complained') return 'complained'
  if (type === 'email.suppressed') return 'suppressed'
  if (type !== 'email.bounced' || bounce.type !== 'Permanent') return null
  return errorLine('bounced', bounce.subType || bounce.type)
}

function storable(text: string): string {
  return text.replaceAll('\0', '').slice(0, 1_000).toWellFormed()
}
