import { type Finding, ok, warn } from './finding.ts'

/** What answers at PUBLIC_URL. */
export type PublicReading =
  | { kind: 'tidings' }
  | { kind: 'another'; status: number }
  | { kind: 'no_response'; why: string }

/**
 * Checks where links in emails lead. `isLive`: emails are really sent, or this is production.
 * `senderDomain` is null if it is not known.
 */
export function checkPublicUrl(
  url: string,
  reading: PublicReading,
  isLive: boolean,
  senderDomain: string | null,
): Finding[] {
  const { protocol, hostname } = new URL(url)
  const findings: Finding[] = []
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  if (isLive && isHere) {
    const found = `${url} is this machine: recipients cannot open the links in their emails`
    findings.push(
      warn('public url', found, 'set PUBLIC_URL to where recipients reach this service'),
    )
  } else if (isLive && protocol === 'http:') {
    const found = `${url} is not encrypted, and one-click unsubscribe needs https (RFC 8058)`
    findings.push(
      warn(
        'public url',
        found,
        'put a TLS proxy in front of the service and set PUBLIC_URL to https://…',
      ),
    )
  }
  if (isLive && !isHere && senderDomain && !isSameSite(hostname, senderDomain)) {
    findings.push(
      warn(
        'public url',
        `${hostname} and the sender’s domain ${senderDomain} belong to different sites, which is typical of phishing`,
        `set PUBLIC_URL to a host below ${senderDomain}`,
      ),
    )
  }
  if (reading.kind === 'tidings') {
    return findings.length > 0 ? findings : [ok('public url', `Tidings answers at ${url}`)]
  }
  const found =
    reading.kind === 'no_response'
      ? `no answer at ${url} (${reading.why})`
      : `${url}/health/live answers ${reading.status}, but is not Tidings`
  const fix = 'start the service (npm start), or correct PUBLIC_URL or the proxy'
  return [
    ...findings,
    warn('public url', `${found}: links in emails and webhooks do not work`, fix),
  ]
}

/** Suffixes of two labels below a country's, under which anybody registers: `co.uk`, `com.au`. */
const COUNTRY_SUFFIX = /^(ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2}$/

/**
 * Whether two hosts share a domain that one owner can register. It knows no list of public suffixes: two
 * customers of one hosting domain count as one site.
 */
export function isSameSite(a: string, b: string): boolean {
  const [first, second] = [a, b].map(host => host.toLowerCase().split('.').reverse()) as [
    string[],
    string[],
  ]
  const differs = first.findIndex((label, at) => label !== second[at])
  const shared = first.slice(0, differs < 0 ? undefined : differs).reverse()
  if (shared.length === first.length && shared.length === second.length) return true
  return shared.length >= 2 && !COUNTRY_SUFFIX.test(shared.join('.'))
}

/** Checks whether delivery events can arrive. */
export function checkWebhook(hasSecret: boolean, hasKey: boolean, url: string): Finding[] {
  if (hasSecret) return [ok('webhook', `on, at ${url}/webhooks/resend`)]
  if (!hasKey) return [ok('webhook', 'off; the local mailbox sends none')]
  return [
    warn(
      'webhook',
      'off: bounces and complaints are not received, so those addresses get more emails',
      `create a webhook for ${url}/webhooks/resend at the provider and set RESEND_WEBHOOK_SECRET`,
    ),
  ]
}
