import type { LastEvent } from './stored-email.ts'

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const bare = new RegExp(`^${atom}(?:\\.${atom})*@(?:${label}\\.)+${label}$`)
/** A display name may hold anything but what would end it or start a new header line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const named = /^[^<>\u0000-\u001f\u007f]*<([^<>]+)>$/

/**
 * The bare address in `Name <a@b.c>` or `a@b.c`.
 * @returns undefined when it has neither shape; ASCII only, as at Resend
 */
export function addressIn(text: string): string | undefined {
  const trimmed = text.trim()
  const address = named.exec(trimmed)?.[1] ?? trimmed
  const local = address.lastIndexOf('@')
  return bare.test(address) && address.length <= 254 && local <= 64 ? address : undefined
}

const simulated = /^(delivered|bounced|complained|suppressed)(?:\+[^@]*)?@resend\.dev$/i

/**
 * What Resend's test addresses simulate; `+label` is ignored.
 * @see https://resend.com/docs/dashboard/emails/send-test-emails
 */
export function simulatedEvent(recipients: string[]): LastEvent | undefined {
  for (const recipient of recipients) {
    const event = simulated.exec(addressIn(recipient) ?? '')?.[1]
    if (event !== undefined) return event.toLowerCase() as LastEvent
  }
  return undefined
}
