import { type Finding, ok, warn } from './finding.ts'

/** Who answers at PUBLIC_URL. */
export type PublicReading =
  | { kind: 'tidings' }
  | { kind: 'another'; status: number }
  | { kind: 'silent'; why: string }

/** Links in emails and webhooks lead there. `isLive`: emails go to people, or the process is in production. */
export function checkPublicUrl(url: string, reading: PublicReading, isLive: boolean): Finding[] {
  const { protocol, hostname } = new URL(url)
  const findings: Finding[] = []
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  if (isLive && isHere) {
    const found = `${url} is this machine: recipients cannot open the links in their emails`
    findings.push(
      warn('public url', found, 'set PUBLIC_URL to where recipients reach this service'),
    )
  } else if (isLive && protocol === 'http:') {
    const found = `${url} is not encrypted, and one-click unsubscribing wants https (RFC 8058)`
    findings.push(
      warn('public url', found, 'put TLS before the service and set PUBLIC_URL to https://…'),
    )
  }
  if (reading.kind === 'tidings') {
    return findings.length > 0 ? findings : [ok('public url', `Tidings answers at ${url}`)]
  }
  const found =
    reading.kind === 'silent'
      ? `nobody answers at ${url} (${reading.why})`
      : `${url}/health/live answers ${reading.status}, and not as Tidings`
  const fix = 'start the service (npm start), or mend PUBLIC_URL or the proxy before it'
  return [
    ...findings,
    warn('public url', `${found}: links in emails and webhooks do not work`, fix),
  ]
}

/** Whether delivery events come in. */
export function checkWebhook(hasSecret: boolean, hasKey: boolean, url: string): Finding[] {
  if (hasSecret) return [ok('webhook', `taken at ${url}/webhooks/resend`)]
  if (!hasKey) return [ok('webhook', 'off; the local mailbox has none')]
  return [
    warn(
      'webhook',
      'off: bounces and complaints are not heard of, and such addresses are mailed again',
      `make a webhook for ${url}/webhooks/resend at the provider and set RESEND_WEBHOOK_SECRET`,
    ),
  ]
}
