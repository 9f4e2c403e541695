import { type Finding, ok, warn } from './finding.ts'

/** What DNS told of one name. */
export type RecordsReading =
  | { answered: true; records: string[] }
  | { answered: false; why: string }

export interface SenderReading {
  domain: string
  /** False where DNS says that there is no such domain at all. */
  isKnown: boolean
  /** MX and TXT of the return path, `send.<domain>`. */
  mx: RecordsReading
  spf: RecordsReading
  /** TXT of `resend._domainkey.<domain>`. */
  dkim: RecordsReading
  /** TXT of `_dmarc.<domain>`, or of the nearest domain above that has one. */
  dmarc: RecordsReading
}

/** Whether DNS never has the domain (RFC 2606, RFC 6761). */
export function isReserved(domain: string): boolean {
  return /(^|\.)(test|invalid|example|localhost)$/.test(domain)
}

export function checkReserved(domain: string): Finding[] {
  const found = `${domain} is reserved: nobody takes emails from it`
  return [warn('sender', found, 'set EMAIL_FROM to an address of a domain of yours')]
}

/** The records that receivers tell our emails from forged ones by. */
export function checkSender(reading: SenderReading): Finding[] {
  const { domain, isKnown, mx, spf, dkim, dmarc } = reading
  if (!isKnown) {
    const found = `DNS here knows no domain ${domain}: its records could not be looked up`
    return [warn('sender', found, 'look at EMAIL_FROM, or look again where DNS leads outside')]
  }
  const path = `send.${domain}`
  const shown = 'add the record that the provider shows for the domain'
  const unless = `${shown}, unless you have chosen another return path there`
  return [
    check('spf', `SPF of ${path}`, spf, records => {
      const own = records.filter(record => /^v=spf1( |$)/i.test(record))
      if (own.length > 1)
        return warn(
          'spf',
          `${path} has ${own.length} SPF records, which count as none`,
          'leave one',
        )
      if (!own[0]) return warn('spf', `${path} has no SPF record`, unless)
      if (/include:amazonses\.com/i.test(own[0])) return ok('spf', `${path}: ${own[0]}`)
      return warn('spf', `${path} does not include amazonses.com: ${own[0]}`, unless)
    }),
    check('bounces', `MX of ${path}`, mx, ([first]) =>
      first
        ? ok('bounces', `MX of ${path}: ${first}`)
        : warn('bounces', `${path} has no MX record`, unless),
    ),
    check('dkim', `DKIM of ${domain}`, dkim, records => {
      const name = `resend._domainkey.${domain}`
      const key = records.find(record => /(^|;)\s*p=[a-z0-9+/]/i.test(record))
      return key ? ok('dkim', `${name} has a key`) : warn('dkim', `${name} has no key`, shown)
    }),
    check('dmarc', `DMARC of ${domain}`, dmarc, records => {
      const own = records.filter(record => /^v=DMARC1\s*(;|$)/i.test(record))
      if (own.length > 1)
        return warn(
          'dmarc',
          `${domain} has ${own.length} DMARC records, which count as none`,
          'leave one',
        )
      if (own[0]) return ok('dmarc', own[0])
      const record = `_dmarc.${domain}. TXT "v=DMARC1; p=none"`
      return warn(
        'dmarc',
        `${domain} has no DMARC record: Gmail and Yahoo ask it of who mails many`,
        `add ${record}`,
      )
    }),
  ]
}

/** DNS that does not answer proves nothing. */
function check(
  check: string,
  what: string,
  reading: RecordsReading,
  judgeRecords: (records: string[]) => Finding,
): Finding {
  if (reading.answered) return judgeRecords(reading.records)
  return warn(
    check,
    `${what} could not be looked up (${reading.why})`,
    'look again where DNS answers',
  )
}
