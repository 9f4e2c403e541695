import { type Finding, fail, ok, warn } from './finding.ts'

/** What the provider answered to a call that sends nothing. */
export type KeyReading =
  /** `domains` is null where it told none, and complete unless `more`. */
  | { kind: 'taken'; domains: { name: string; status: string }[] | null; more: boolean }
  /** The key may send and do nothing else. */
  | { kind: 'send-only' }
  | { kind: 'refused'; status: number; name: string; message: string }
  | { kind: 'silent'; message: string }

/** Whether the provider takes the key. Null: emails go to the local mailbox. */
export function checkKey(reading: KeyReading | null): Finding[] {
  const check = 'provider key'
  if (!reading) return [ok(check, 'none: local mailbox, nothing leaves this machine')]
  if (reading.kind === 'taken') return [ok(check, 'taken')]
  if (reading.kind === 'send-only') return [ok(check, 'taken; it may only send')]
  if (reading.kind === 'silent') {
    const fix = 'see that this machine may reach the provider (RESEND_BASE_URL, firewall, proxy)'
    return [fail(check, `the provider gives no answer: ${reading.message}`, fix)]
  }
  const { status, name, message } = reading
  const found = `${status} ${name}: ${message}`
  if (status === 401 || status === 403) {
    return [fail(check, found, 'make a key at the provider and set RESEND_API_KEY to it')]
  }
  return [warn(check, found, 'look again; the provider’s status page may know of it')]
}

/** What the provider says of the domain that emails come from, where the key may ask. */
export function checkDomain(
  reading: KeyReading | null,
  domain: string,
  isResend: boolean,
): Finding[] {
  const check = 'sender domain'
  if (reading?.kind !== 'taken' || !reading.domains) return []
  const own = reading.domains.find(({ name }) => name.toLowerCase() === domain)
  if (own?.status === 'verified') return [ok(check, `${domain} is verified at the provider`)]
  if (own) {
    const fix = `add the records that the provider shows for ${domain}, then verify it there`
    return [fail(check, `${domain} is at the provider: ${own.status}`, fix)]
  }
  // What only speaks Resend's API need not keep domains.
  if (!isResend && reading.domains.length === 0) return []
  const found = `${domain} is not among the provider’s domains`
  const fix = `add ${domain} at the provider, or set EMAIL_FROM to a domain that is there`
  return [
    reading.more ? warn(check, `${found}, as far as it lists them`, fix) : fail(check, found, fix),
  ]
}
