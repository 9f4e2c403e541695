import { type Finding, ok, warn } from './finding.ts'

/** The DNS records of one name. */
export type RecordsReading =
  | { answered: true; records: string[] }
  | { answered: false; why: string }

export interface SenderReading {
  domain: string
  /** False if DNS says that the domain does not exist. */
  isKnown: boolean
  /** MX and TXT of the return path, `send.<domain>`. */
  mx: RecordsReading
  spf: RecordsReading
  /** TXT of `resend._domainkey.<domain>`. */
  dkim: RecordsReading
  /** TXT of `_dmarc.<domain>`, or of the nearest parent domain that has one. */
  dmarc: RecordsReading
}

/** Whether the domain is reserved, so that it never exists in DNS (RFC 2606, RFC 6761). */
export function isReserved(domain: string): boolean {
  return /(^|\.)(test|invalid|example|localhost)$/.test(domain)
}

/** Warns if replies reach no one. */
export function checkReplies(from: string, replyTo: string | undefined): Finding[] {
  const isRefusing = /^(no|do[-_.]?not)[-_.]?reply\b/i.test(from)
  if (!isRefusing || replyTo) return []
  const fix = 'set EMAIL_REPLY_TO to an address that somebody reads'
  return [warn('replies', `EMAIL_FROM is ${from}, so replies reach no one`, fix)]
}

/** Warns of a missing POSTAL_ADDRESS if emails are really sent. */
export function checkPostalAddress(address: string | undefined, hasKey: boolean): Finding[] {
  if (!hasKey || address) return []
  const found = 'emails have no postal address at the end, which some countries require (CAN-SPAM)'
  return [warn('postal address', found, 'set POSTAL_ADDRESS')]
}

export function checkReserved(domain: string): Finding[] {
  const found = `${domain} is a reserved domain: receivers reject emails from it`
  return [warn('sender', found, 'set EMAIL_FROM to an address of your own domain')]
}

/** Checks the records by which receivers authenticate our emails. */
export function checkSender(reading: SenderReading): Finding[] {
  const { domain, isKnown, mx, spf, dkim, dmarc } = reading
  if (!isKnown) {
    const found = `the domain ${domain} does not exist in this machine’s DNS: its records could not be looked up`
    return [warn('sender', found, 'check EMAIL_FROM, or run doctor where public DNS is reachable')]
  }
  const path = `send.${domain}`
  const addRecord = 'add the record that the provider shows for the domain'
  const addUnless = `${addRecord}, unless you chose another return path there`
  return [
    check('spf', `SPF of ${path}`, spf, records => {
      const own = records.filter(record => /^v=spf1( |$)/i.test(record))
      if (own.length > 1)
        return warn(
          'spf',
          `${path} has ${own.length} SPF records, so receivers ignore them all`,
          'keep one',
        )
      if (!own[0]) return warn('spf', `${path} has no SPF record`, addUnless)
      if (/include:amazonses\.com/i.test(own[0])) return ok('spf', `${path}: ${own[0]}`)
      return warn('spf', `${path} does not include amazonses.com: ${own[0]}`, addUnless)
    }),
    check('bounces', `MX of ${path}`, mx, ([first]) =>
      first
        ? ok('bounces', `MX of ${path}: ${first}`)
        : warn('bounces', `${path} has no MX record`, addUnless),
    ),
    check('dkim', `DKIM of ${domain}`, dkim, records => {
      const name = `resend._domainkey.${domain}`
      const key = records.find(record => /(^|;)\s*p=[a-z0-9+/]/i.test(record))
      return key ? ok('dkim', `${name} has a key`) : warn('dkim', `${name} has no key`, addRecord)
    }),
    check('dmarc', `DMARC of ${domain}`, dmarc, records => {
      const own = records.filter(record => /^v=DMARC1\s*(;|$)/i.test(record))
      if (own.length > 1)
        return warn(
          'dmarc',
          `${domain} has ${own.length} DMARC records, so receivers ignore them all`,
          'keep one',
        )
      if (own[0]) return ok('dmarc', own[0])
      const record = `_dmarc.${domain}. TXT "v=DMARC1; p=none"`
      return warn(
        'dmarc',
        `${domain} has no DMARC record, which Gmail and Yahoo require of bulk senders`,
        `add ${record}`,
      )
    }),
  ]
}

/** Evaluates the records; warns if DNS does not answer, which proves nothing. */
function check(
  check: string,
  what: string,
  reading: RecordsReading,
  evaluate: (records: string[]) => Finding,
): Finding {
  if (reading.answered) return evaluate(reading.records)
  return warn(
    check,
    `${what} could not be looked up (${reading.why})`,
    'run doctor where DNS answers',
  )
}
