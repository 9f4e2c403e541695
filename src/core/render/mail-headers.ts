import { createHash } from 'node:crypto'
import type { EmailType } from '../email-type.ts'

export interface MailHeadersInput {
  appName: string
  /** Absolute; its host is part of the list id. */
  appUrl: string
  /** Absolute; accepts the POST of RFC 8058. */
  unsubscribeUrl: string
  emailType: EmailType
  /** From `feedbackSender`. */
  feedbackSender: string
  /** The same for all attempts at a delivery. */
  deliveryId: string
}

/**
 * The headers that mailbox providers require of notification emails. All values are one line of printable
 * ASCII. Throws if a URL is invalid.
 */
export function mailHeaders(input: MailHeadersInput): Record<string, string> {
  return {
    // RFC 2369 and RFC 8058; the URL parser drops line breaks and escapes '<' and '>'.
    'List-Unsubscribe': `<${new URL(input.unsubscribeUrl).href}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    // RFC 2919: lets recipients filter these emails apart from the application's other emails.
    'List-Id': `${phrase(input.appName)} <notifications.${listHost(input.appUrl)}>`,
    // RFC 3834, and Exchange's own header: they prevent automatic replies and receipts. `All` would
    // also suppress bounces (MS-OXCMAIL).
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
    // Gmail groups complaint reports by these fields; the last one identifies the sender.
    'Feedback-ID': `${input.emailType}:${input.feedbackSender}`,
    // Keeps Gmail from grouping digests with similar subjects.
    'X-Entity-Ref-ID': input.deliveryId.replace(/[^\w.-]/g, ''),
  }
}

/** Gmail's limits of a sender id (support.google.com/mail/answer/6254652). */
const SENDER_ID = { shortest: 5, longest: 15 }

/**
 * The sender's part of `Feedback-ID`: the domain of its address (ASCII), with a hash in place of what Gmail
 * would not accept.
 */
export function feedbackSender(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  if (domain.length >= SENDER_ID.shortest && domain.length <= SENDER_ID.longest) return domain
  const hash = createHash('sha256').update(domain).digest('hex').slice(0, 8)
  return `${domain.slice(0, SENDER_ID.longest - hash.length - 1)}-${hash}`
}

/**
 * A display name as RFC 5322 requires it: a quoted string of ASCII. "Café" becomes "Cafe"; a name without
 * ASCII letters or digits becomes "Notifications", and the list id still identifies the host.
 */
function phrase(name: string): string {
  const ascii = name
    .slice(0, 500)
    .normalize('NFKD')
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]|["\\<>]/g, '')
    .slice(0, 60)
    .trim()
  return `"${/[a-z0-9]/i.test(ascii) ? ascii : 'Notifications'}"`
}

/** The URL parser returns Punycode; an IPv6 address has characters that a list id must not contain. */
function listHost(appUrl: string): string {
  return new URL(appUrl).hostname.replace(/[^a-z0-9.-]+/gi, '-').replace(/^-|-$/g, '')
}
