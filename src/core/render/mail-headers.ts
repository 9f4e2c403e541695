import type { EmailType } from '../email-type.ts'

export interface MailHeadersInput {
  appName: string
  /** Absolute; its host is part of the list id. */
  appUrl: string
  /** Absolute; accepts the POST of RFC 8058. */
  unsubscribeUrl: string
  emailType: EmailType
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
    // RFC 3834, and Exchange's own header: they prevent out-of-office replies.
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    // Gmail groups complaint reports by these fields; the last one identifies the sender.
    'Feedback-ID': `${input.emailType}:tidings`,
    // Keeps Gmail from grouping digests with similar subjects.
    'X-Entity-Ref-ID': input.deliveryId.replace(/[^\w.-]/g, ''),
  }
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
