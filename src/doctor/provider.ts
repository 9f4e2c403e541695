import { type Finding, fail, ok, warn } from './finding.ts'

export interface ProviderDomain {
  name: string
  status: string
  /** Whether the provider replaces links, or adds a picture, to see who clicks and opens; absent: unknown. */
  clickTracking?: boolean | undefined
  openTracking?: boolean | undefined
}

/** The provider's answer to a request that sends nothing. */
export type KeyReading =
  /** `domains` is null if the answer has no list, and complete unless `more`. */
  | { kind: 'accepted'; domains: ProviderDomain[] | null; more: boolean }
  /** The key may only send. */
  | { kind: 'send-only' }
  | { kind: 'refused'; status: number; name: string; message: string }
  | { kind: 'no_response'; message: string }

/** Checks whether the provider accepts the key. Null: emails go to the local mailbox. */
export function checkKey(reading: KeyReading | null): Finding[] {
  const check = 'provider key'
  if (!reading) return [ok(check, 'none: local mailbox, nothing leaves this machine')]
  if (reading.kind === 'accepted') return [ok(check, 'accepted')]
  if (reading.kind === 'send-only') return [ok(check, 'accepted; it may only send')]
  if (reading.kind === 'no_response') {
    const fix = 'make the provider reachable from this machine (RESEND_BASE_URL, firewall, proxy)'
    return [fail(check, `the provider does not answer: ${reading.message}`, fix)]
  }
  const { status, name, message } = reading
  const found = `${status} ${name}: ${message}`
  if (status === 401 || status === 403) {
    return [fail(check, found, 'create a key at the provider and set RESEND_API_KEY to it')]
  }
  return [warn(check, found, 'try again later, and check the provider’s status page')]
}

/** Checks the status of the sender's domain at the provider, if the key may list domains. */
export function checkDomain(
  reading: KeyReading | null,
  domain: string,
  isResend: boolean,
): Finding[] {
  const check = 'sender domain'
  if (reading?.kind !== 'accepted' || !reading.domains) return []
  const own = reading.domains.find(({ name }) => name.toLowerCase() === domain)
  if (own?.status === 'verified')
    return [ok(check, `${domain} is verified at the provider`), ...checkTracking(own)]
  if (own) {
    const fix = `add the records that the provider shows for ${domain}, then verify it there`
    return [fail(check, `${domain} is not verified at the provider: ${own.status}`, fix)]
  }
  // Another server that speaks Resend's API may have no domains.
  if (!isResend && reading.domains.length === 0) return []
  const found = `${domain} is not among the provider’s domains`
  const fix = `add ${domain} at the provider, or set EMAIL_FROM to one of its domains`
  return [
    reading.more ? warn(check, `${found} (the list is incomplete)`, fix) : fail(check, found, fix),
  ]
}

/** Tracking replaces signed links by the provider's, which one-click unsubscribe must not need. */
function checkTracking({ name, clickTracking, openTracking }: ProviderDomain): Finding[] {
  const fix = `switch it off at the provider, for the domain ${name}`
  return [
    ...(clickTracking
      ? [
          warn(
            'tracking',
            'click tracking is on: the provider replaces every link, those for unsubscribing too',
            fix,
          ),
        ]
      : []),
    ...(openTracking
      ? [warn('tracking', 'open tracking is on: the provider adds a picture to every email', fix)]
      : []),
  ]
}
