import { adviceOn, type Hold } from '../core/send/lane.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

export interface LaneReading {
  hold: Hold | null
  /** Requests a second. */
  learntRate: number | null
}

export interface LaneSettings {
  /** Whether runs are planned and nothing is sent. */
  shadow: boolean
  /** RATE_LIMIT, in requests a second. */
  rateLimit?: number | undefined
  /** The share of a learnt rate that is left to others. */
  rateHeadroom: number
}

/** Whether emails may leave, and how fast. */
export function judgeLane({ hold, learntRate }: LaneReading, settings: LaneSettings): Finding[] {
  if (settings.shadow) {
    const fix = 'take SHADOW away when Tidings is to send (docs/move-in.md)'
    return [warn('lane', 'in shadow: runs are planned and nothing is sent', fix)]
  }
  const rate = tellRate(learntRate, settings)
  if (!hold) return [ok('lane', `open, ${rate}`)]
  if (hold.stopped) {
    const found = `stopped: ${hold.reason}`
    return [fail('lane', found, adviceOn(hold.until ? 'probe' : 'resumed'))]
  }
  const until = hold.until ? ` until ${hold.until.toISOString().slice(0, 19)}Z` : ''
  return [warn('lane', `waits${until}: ${hold.reason}`, 'nothing: it goes on by itself')]
}

function perSecond(requests: number): string {
  return `${requests} ${requests === 1 ? 'request' : 'requests'}/s`
}

function tellRate(learnt: number | null, { rateLimit, rateHeadroom }: LaneSettings): string {
  if (rateLimit) return `${perSecond(rateLimit)} (RATE_LIMIT)`
  if (!learnt) return '2 requests/s until the provider tells its limit'
  const left =
    rateHeadroom > 0 ? `, ${Math.round(rateHeadroom * 100)} % of them left to others` : ''
  return `${perSecond(learnt)}, as the provider told${left}`
}
