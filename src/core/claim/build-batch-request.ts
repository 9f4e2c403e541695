import { randomUUIDv7 } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { toWireAddress } from '../email-address.ts'
import type { EmailType } from '../email-type.ts'
import { errorLine } from '../errors/error-line.ts'
import type { AppLinks } from '../render/app-links.ts'
import { cleanText } from '../render/clean-text.ts'
import type { Brand, Digest, DigestItem, RenderedEmail, Renderer } from '../render/digest.ts'
import type { HtmlChunks } from '../render/html-chunks.ts'
import { mailHeaders } from '../render/mail-headers.ts'
import { createBodyPool, type RequestBody } from './body.ts'

/** A user who is due at the claim, and what the email covers. */
export interface DueUser {
  userId: string
  address: string
  name: string
  /** As the host stores it; null if it stores none. */
  locale: string | null
  /** Every notification that the email covers, newest first. */
  notificationIds: string[]
  /** The newest of them, at most five. */
  items: DigestItem[]
  /** Null if no calendar can show that time. */
  oldestAt: Date | null
}

/** One email as it is claimed and recorded. */
export interface RequestEmail {
  id: string
  person: DueUser
  /** Where DELIVER_TO sends it instead; null: to the user's address. */
  sentTo: string | null
  /** Index in the request; null if it could not be rendered. */
  position: number | null
  subject: string | null
  /** `render: <message>`, or null. */
  error: string | null
}

export interface BatchRequest {
  deliveries: RequestEmail[]
  /** The request's exact JSON, packed (`body.ts`), or null if no email could be rendered. */
  body: Uint8Array | null
}

/** What all emails of this host have in common. */
export interface SenderProfile {
  from: string
  /** `Reply-To`, an address or `Name <address>`; absent: replies go to `from`. */
  replyTo?: string | undefined
  /** From `feedbackSender`. */
  feedbackSender: string
  /** Where every email goes instead, with its recipient named in the subject. */
  deliverTo?: string | undefined
  appName: string
  appUrl: string
  links: AppLinks
  brand: Brand
  /** For recipients without a language of their own. */
  defaultLocale: string
  unsubscribeUrl(userId: string): string
  preferencesUrl(userId: string): string
}

/** RFC 5321, section 4.5.3.1.3. */
const LONGEST_ADDRESS = 254
/** Emails rendered before the event loop gets a turn: a few milliseconds. */
const YIELD_EVERY = 10

/**
 * Renders the exact request for a batch of due users. Everything random or time-dependent is fixed here,
 * so that the stored request can be sent again.
 */
export type BuildBatchRequest = (
  renderer: Renderer,
  sender: SenderProfile,
  emailType: EmailType,
  users: DueUser[],
) => Promise<BatchRequest>

/** Builds one batch after another, in one buffer: if they were built together, all would be ready late. */
export function createBatchRequestBuilder(): BuildBatchRequest {
  const beginBody = createBodyPool()
  let latest: Promise<unknown> = Promise.resolve()
  return (...batch) => {
    const request = latest.then(() => build(beginBody(), ...batch))
    latest = request.catch(() => {})
    return request
  }
}

async function build(
  body: RequestBody,
  ...[renderer, sender, emailType, users]: Parameters<BuildBatchRequest>
): Promise<BatchRequest> {
  const deliveries: RequestEmail[] = []
  const sentTo = sender.deliverTo ?? null
  let position = 0
  for (const user of users) {
    const id = randomUUIDv7()
    try {
      const email = wireEmail(renderer, sender, emailType, user, id)
      body.add(email)
      deliveries.push({ id, person: user, sentTo, position, subject: email.subject, error: null })
      position += 1
    } catch (error) {
      // One user's notification must not keep the other 99 emails from being sent.
      const message = error instanceof Error ? error.message : String(error)
      const failed = { position: null, subject: null, error: errorLine('render', message) }
      deliveries.push({ id, person: user, sentTo, ...failed })
    }
    // A hundred without a pause would delay another batch's request beyond its slot.
    if (deliveries.length % YIELD_EVERY === 0) await setImmediate()
  }
  return { deliveries, body: body.pack() }
}

/** An email with the field names of Resend's HTTP API. */
export interface WireEmail<Html = string> extends Omit<RenderedEmail, 'html'> {
  html: Html
  from: string
  reply_to?: string
  to: string[]
  headers: Record<string, string>
  tags: { name: string; value: string }[]
}

/**
 * The email that is sent to one recipient or shown in a preview. Uses the field names of the HTTP API,
 * because those of the SDK may change while a stored request still has to be replayed.
 */
export function wireEmail(
  renderer: Renderer,
  sender: SenderProfile,
  emailType: EmailType,
  recipient: DueUser,
  deliveryId: string,
): WireEmail<HtmlChunks> {
  const digest = digestOf(sender, emailType, recipient)
  const rendered = renderer.render(digest)
  return {
    from: sender.from,
    ...(sender.replyTo && { reply_to: sender.replyTo }),
    to: [toWireAddress(sender.deliverTo ?? recipient.address)],
    ...rendered,
    ...(sender.deliverTo && { subject: redirectedSubject(recipient, rendered) }),
    headers: mailHeaders({ ...digest, feedbackSender: sender.feedbackSender, deliveryId }),
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

/** The content of one recipient's email. */
export function digestOf(
  sender: SenderProfile,
  emailType: EmailType,
  recipient: Omit<DueUser, 'address'>,
): Digest {
  const { appName, appUrl, links, brand, defaultLocale } = sender
  return {
    emailType,
    recipientName: recipient.name,
    locale: recipient.locale,
    defaultLocale,
    items: recipient.items,
    total: recipient.notificationIds.length,
    oldestAt: recipient.oldestAt,
    appName,
    appUrl,
    links,
    brand,
    unsubscribeUrl: sender.unsubscribeUrl(recipient.userId),
    preferencesUrl: sender.preferencesUrl(recipient.userId),
  }
}
