import type { EmailType } from '../email-type.ts'

export interface MailHeadersInput {
  appName: string
  /** Absolute; its host names the list. */
  appUrl: string
  /** Absolute; accepts RFC 8058's POST. */
  unsubscribeUrl: string
  emailType: EmailType
  /** Unique for each delivery, the same for each attempt at it. */
  deliveryId: string
}

/**
 * The headers that mailbox providers require of notification mail. All values are printable ASCII
 * in one line. Throws when a URL is not one.
 */
export function mailHeaders(input: MailHeadersInput): Record<string, string> {
  return {
    // RFC 2369 and RFC 8058; the URL parser drops line breaks and escapes '<' and '>'.
    'List-Unsubscribe': `<${new URL(input.unsubscribeUrl).href}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    // RFC 2919: lets people filter these emails, apart from the application's other mail.
    'List-Id': `${phrase(input.appName)} <notifications.${listHost(input.appUrl)}>`,
    // RFC 3834, and what Exchange understands instead: nobody's holiday reply comes back.
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    // Gmail's complaint report groups by these fields; the last one names the sender.
    'Feedback-ID': `${input.emailType}:tidings`,
    // Keeps Gmail from stacking digests with like subjects.
    'X-Entity-Ref-ID': input.deliveryId.replace(/[^\w.-]/g, ''),
  }
}

/**
 * A display name as RFC 5322 wants it: a quoted string of ASCII. "Café" becomes "Cafe"; a name
 * without any ASCII letter or digit becomes "Notifications", since the id beside it says whose.
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

/** Punycode by the URL parser; an IPv6 address has characters that a list id may not have. */
function listHost(appUrl: string): string {
  return new URL(appUrl).hostname.replace(/[^a-z0-9.-]+/gi, '-').replace(/^-|-$/g, '')
}
