import { adviceOn, type Hold } from '../core/send/lane.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

export interface LaneReading {
  hold: Hold | null
  /** Requests a second. */
  learntRate: number | null
}

/** Whether emails may leave, and how fast. */
export function judgeLane({ hold, learntRate }: LaneReading, configured?: number): Finding[] {
  const rate = configured
    ? `${configured} requests/s (RATE_LIMIT)`
    : learntRate
      ? `${learntRate} requests/s, as the provider told`
      : '2 requests/s until the provider tells its limit'
  if (!hold) return [ok('lane', `open, ${rate}`)]
  if (hold.stopped) {
    const found = `stopped: ${hold.reason}`
    return [fail('lane', found, adviceOn(hold.until ? 'probe' : 'resumed'))]
  }
  const until = hold.until ? ` until ${hold.until.toISOString().slice(0, 19)}Z` : ''
  return [warn('lane', `waits${until}: ${hold.reason}`, 'nothing: it goes on by itself')]
}
