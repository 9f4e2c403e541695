import { randomUUIDv7 } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { EmailType } from '../email-type.ts'
import { errorLine } from '../errors/error-line.ts'
import type { AppLinks } from '../render/app-links.ts'
import { cleanText } from '../render/clean-text.ts'
import type { Brand, Digest, DigestItem, RenderedEmail, Renderer } from '../render/digest.ts'
import type { HtmlChunks } from '../render/html-chunks.ts'
import { mailHeaders } from '../render/mail-headers.ts'
import { createBodyPool, type RequestBody } from './body.ts'

/** Somebody whom the claim has found due, with what the email is to carry. */
export interface DueUser {
  userId: string
  address: string
  name: string
  /** As the host stores it; null where it stores none. */
  locale: string | null
  /** Every notification the email stands for, newest first. */
  notificationIds: string[]
  /** The newest of them, at most five. */
  items: DigestItem[]
  oldestAt: Date
}

/** One email as it is claimed and recorded; `error` where it could not be rendered. */
export interface RequestEmail {
  id: string
  person: DueUser
  /** Where DELIVER_TO sends it instead; null: to the user's address. */
  sentTo: string | null
  /** Index in the request; null with an error. */
  position: number | null
  subject: string | null
  /** `render: <message>`, or null. */
  error: string | null
}

export interface BatchRequest {
  deliveries: RequestEmail[]
  /** The request's exact JSON, packed (`body.ts`), or null when nothing could be rendered. */
  body: Uint8Array | null
}

/** What stands in every email of this host. */
export interface SenderProfile {
  from: string
  /** Where every email goes instead, with its recipient named in the subject. */
  deliverTo?: string | undefined
  appName: string
  appUrl: string
  links: AppLinks
  brand: Brand
  /** The language of who has none of their own. */
  defaultLocale: string
  unsubscribeUrl(userId: string): string
  preferencesUrl(userId: string): string
}

/** RFC 5321, section 4.5.3.1.3. */
const LONGEST_ADDRESS = 254
/** Emails that are rendered at a stretch, some milliseconds long. */
const YIELD_EVERY = 10

/**
 * Turns due people into the exact request that goes to the provider, and may go again: whatever is
 * random or depends on time is decided here, once.
 */
export type BuildBatchRequest = (
  renderer: Renderer,
  sender: SenderProfile,
  emailType: EmailType,
  people: DueUser[],
) => Promise<BatchRequest>

/** Freezes one batch after the other, in one buffer: together they would all be ready late. */
export function createBatchRequestBuilder(): BuildBatchRequest {
  const beginBody = createBodyPool()
  let latest: Promise<unknown> = Promise.resolve()
  return (...batch) => {
    const frozen = latest.then(() => build(beginBody(), ...batch))
    latest = frozen.catch(() => {})
    return frozen
  }
}

async function build(
  body: RequestBody,
  ...[renderer, sender, emailType, people]: Parameters<BuildBatchRequest>
): Promise<BatchRequest> {
  const deliveries: RequestEmail[] = []
  const sentTo = sender.deliverTo ?? null
  let position = 0
  for (const person of people) {
    const id = randomUUIDv7()
    try {
      const email = wireEmail(renderer, sender, emailType, person, id)
      body.add(email)
      deliveries.push({ id, person, sentTo, position, subject: email.subject, error: null })
      position += 1
    } catch (error) {
      // One person's text must not keep the other 99 from their mail.
      const message = error instanceof Error ? error.message : String(error)
      const failed = { position: null, subject: null, error: errorLine('render', message) }
      deliveries.push({ id, person, sentTo, ...failed })
    }
    // A hundred at a stretch would keep another batch's request from leaving at its moment.
    if (deliveries.length % YIELD_EVERY === 0) await setImmediate()
  }
  return { deliveries, body: body.pack() }
}

/** An email in the words of Resend's HTTP API. */
export interface WireEmail<Html = string> extends Omit<RenderedEmail, 'html'> {
  html: Html
  from: string
  to: string[]
  headers: Record<string, string>
  tags: { name: string; value: string }[]
}

/**
 * What goes over the wire for one person, and what a preview shows. Not in the words of the SDK:
 * those may change under a frozen body.
 */
export function wireEmail(
  renderer: Renderer,
  sender: SenderProfile,
  emailType: EmailType,
  person: DueUser,
  deliveryId: string,
): WireEmail<HtmlChunks> {
  const digest = digestOf(sender, emailType, person)
  const rendered = renderer.render(digest)
  return {
    from: sender.from,
    to: [sender.deliverTo ?? person.address],
    ...rendered,
    ...(sender.deliverTo && { subject: redirectedSubject(person, rendered) }),
    headers: mailHeaders({ ...digest, deliveryId }),
    tags: [
      { name: 'delivery_id', value: deliveryId },
      { name: 'email_type', value: emailType },
    ],
  }
}

function redirectedSubject(
  { address }: DueUser,
  { subject }: Pick<RenderedEmail, 'subject'>,
): string {
  return `[for ${cleanText(address, LONGEST_ADDRESS)}] ${subject}`
}

/** What one person's email says, under the host's sender. */
export function digestOf(
  sender: SenderProfile,
  emailType: EmailType,
  person: Omit<DueUser, 'address'>,
): Digest {
  const { appName, appUrl, links, brand, defaultLocale } = sender
  return {
    emailType,
    recipientName: person.name,
    locale: person.locale,
    defaultLocale,
    items: person.items,
    total: person.notificationIds.length,
    oldestAt: person.oldestAt,
    appName,
    appUrl,
    links,
    brand,
    unsubscribeUrl: sender.unsubscribeUrl(person.userId),
    preferencesUrl: sender.preferencesUrl(person.userId),
  }
}
