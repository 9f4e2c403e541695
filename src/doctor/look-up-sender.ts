import { Resolver } from 'node:dns/promises'
import { domainToASCII } from 'node:url'
import { cleanText } from '../core/render/clean-text.ts'
import type { RecordsReading, SenderReading } from './sender.ts'

export interface LookUpOptions {
  /** `address:port`, each; absent: those of the machine. */
  servers?: string[] | undefined
  /** Ends what is still asked. */
  signal: AbortSignal
}

const TRY_MS = 1_000
const TRIES = 2
/** Strangers may write what they like into their records. */
const LONGEST_RECORD = 200
/** Names that have no such record, as c-ares tells. Anything else is no answer. */
const NONE = new Set(['ENOTFOUND', 'ENODATA'])

/** Asks DNS for the records of the domain that emails come from. Never throws for what DNS says. */
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
    knows(resolver, domain),
    mx(`send.${domain}`),
    txt(`send.${domain}`),
    txt(`resend._domainkey.${domain}`),
    lookUpDmarc(domain, txt),
  ])
  return { domain, isKnown, mx: returnPath, spf, dkim, dmarc }
}

/** A domain without a record of its own has that of a domain above it (RFC 7489, 6.6.3). */
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

/** False only where DNS says that there is no such name, which some say of every name but their own. */
async function knows(resolver: Resolver, domain: string): Promise<boolean> {
  try {
    await resolver.resolveNs(domain)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOTFOUND'
  }
}

async function answerOf(ask: () => Promise<string[]>): Promise<RecordsReading> {
  try {
    const records = await ask()
    return { answered: true, records: records.map(text => cleanText(text, LONGEST_RECORD)) }
  } catch (error) {
    const { code = 'no answer' } = error as NodeJS.ErrnoException
    return NONE.has(code) ? { answered: true, records: [] } : { answered: false, why: code }
  }
}
