import { hintFor, type ProviderAccount } from '../core/provider-account.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

export interface SendingSettings {
  /** True if runs are planned but nothing is sent. */
  shadow: boolean
  /** RATE_LIMIT, in requests a second. */
  rateLimit?: number | undefined
  /** The share of a learnt rate that is left to other clients. */
  rateHeadroom: number
}

/** Checks whether emails can be sent, and how fast. */
export function checkSending(
  { pause, learntRate }: Pick<ProviderAccount, 'pause' | 'learntRate'>,
  settings: SendingSettings,
): Finding[] {
  if (settings.shadow) {
    const fix = 'unset SHADOW when Tidings should send (docs/move-in.md)'
    return [warn('sending', 'in shadow: runs are planned, nothing is sent', fix)]
  }
  const rate = formatRate(learntRate, settings)
  if (!pause) return [ok('sending', `open, ${rate}`)]
  if (pause.stopped) {
    const found = `stopped: ${pause.reason}`
    return [fail('sending', found, hintFor(pause))]
  }
  const until = pause.until ? ` until ${pause.until.toISOString().slice(0, 19)}Z` : ''
  return [
    warn('sending', `paused${until}: ${pause.reason}`, 'none needed: sending continues by itself'),
  ]
}

function perSecond(requests: number): string {
  return `${requests} ${requests === 1 ? 'request' : 'requests'}/s`
}

function formatRate(learnt: number | null, { rateLimit, rateHeadroom }: SendingSettings): string {
  if (rateLimit) return `${perSecond(rateLimit)} (RATE_LIMIT)`
  if (!learnt) return '2 requests/s until the provider reports its limit'
  const left =
    rateHeadroom > 0 ? `, ${Math.round(rateHeadroom * 100)} % of them left to other clients` : ''
  return `${perSecond(learnt)}, as reported by the provider${left}`
}
