import { Resolver } from 'node:dns/promises'
import { domainToASCII } from 'node:url'
import { cleanText } from '../core/render/clean-text.ts'
import type { RecordsReading, SenderReading } from './sender.ts'

export interface LookUpOptions {
  /** DNS servers as `address:port`; by default those of this machine. */
  servers?: string[] | undefined
  /** Cancels pending queries. */
  signal: AbortSignal
}

const TRY_MS = 1_000
const TRIES = 2
/** A record may hold any text, so it is truncated. */
const MAX_RECORD = 200
/** The codes of c-ares for a name without such a record. Any other code means no answer. */
const NO_RECORD = new Set(['ENOTFOUND', 'ENODATA'])

/** Looks up the DNS records of the sender's domain. Does not throw when DNS fails. */
export async function lookUpSender(
  name: string,
  { servers, signal }: LookUpOptions,
): Promise<SenderReading> {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES })
  if (servers) resolver.setServers(servers)
  signal.addEventListener('abort', () => resolver.cancel())
  const domain = domainToASCII(name) || name
  const txt = (at: string) =>
    answerOf(async () => (await resolver.resolveTxt(at)).map(parts => parts.join('')))
  const mx = (at: string) =>
    answerOf(async () => (await resolver.resolveMx(at)).map(({ exchange }) => exchange))
  const [isKnown, returnPath, spf, dkim, dmarc] = await Promise.all([
    exists(resolver, domain),
    mx(`send.${domain}`),
    txt(`send.${domain}`),
    txt(`resend._domainkey.${domain}`),
    lookUpDmarc(domain, txt),
  ])
  return { domain, isKnown, mx: returnPath, spf, dkim, dmarc }
}

/** A domain without a DMARC record uses that of a parent domain (RFC 7489, 6.6.3). */
async function lookUpDmarc(
  domain: string,
  txt: (at: string) => Promise<RecordsReading>,
): Promise<RecordsReading> {
  const labels = domain.split('.')
  const names = labels.slice(0, -1).map((_label, at) => labels.slice(at).join('.'))
  const readings = await Promise.all(names.map(name => txt(`_dmarc.${name}`)))
  const isDmarc = (reading: RecordsReading) =>
    reading.answered && reading.records.some(record => /^v=DMARC1/i.test(record))
  return readings.find(isDmarc) ?? readings[0] ?? { answered: true, records: [] }
}

/** False only if DNS says the name does not exist; an internal DNS may say so of every public name. */
async function exists(resolver: Resolver, domain: string): Promise<boolean> {
  try {
    await resolver.resolveNs(domain)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOTFOUND'
  }
}

async function answerOf(query: () => Promise<string[]>): Promise<RecordsReading> {
  try {
    const records = await query()
    return { answered: true, records: records.map(text => cleanText(text, MAX_RECORD)) }
  } catch (error) {
    const { code = 'no answer' } = error as NodeJS.ErrnoException
    return NO_RECORD.has(code) ? { answered: true, records: [] } : { answered: false, why: code }
  }
}
