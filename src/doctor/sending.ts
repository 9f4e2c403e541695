import { hintFor, type ProviderAccount } from '../core/provider-account.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

export interface SendingSettings {
  /** Whether runs are planned and nothing is sent. */
  shadow: boolean
  /** RATE_LIMIT, in requests a second. */
  rateLimit?: number | undefined
  /** The share of a learnt rate that is left to others. */
  rateHeadroom: number
}

/** Whether emails may leave, and how fast. */
export function checkSending(
  { pause, learntRate }: Pick<ProviderAccount, 'pause' | 'learntRate'>,
  settings: SendingSettings,
): Finding[] {
  if (settings.shadow) {
    const fix = 'take SHADOW away when Tidings is to send (docs/move-in.md)'
    return [warn('sending', 'in shadow: runs are planned and nothing is sent', fix)]
  }
  const rate = formatRate(learntRate, settings)
  if (!pause) return [ok('sending', `open, ${rate}`)]
  if (pause.stopped) {
    const found = `stopped: ${pause.reason}`
    return [fail('sending', found, hintFor(pause))]
  }
  const until = pause.until ? ` until ${pause.until.toISOString().slice(0, 19)}Z` : ''
  return [warn('sending', `waits${until}: ${pause.reason}`, 'nothing: it goes on by itself')]
}

function perSecond(requests: number): string {
  return `${requests} ${requests === 1 ? 'request' : 'requests'}/s`
}

function formatRate(learnt: number | null, { rateLimit, rateHeadroom }: SendingSettings): string {
  if (rateLimit) return `${perSecond(rateLimit)} (RATE_LIMIT)`
  if (!learnt) return '2 requests/s until the provider tells its limit'
  const left =
    rateHeadroom > 0 ? `, ${Math.round(rateHeadroom * 100)} % of them left to others` : ''
  return `${perSecond(learnt)}, as the provider told${left}`
}
