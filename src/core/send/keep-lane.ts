import { findBreach } from './breaker.ts'
import { adviceOn, type Lane, type LaneLog } from './lane.ts'
import type { Provider } from './provider.ts'

export interface KeepLaneDeps {
  lane: Lane
  provider: Pick<Provider, 'probe'>
  log: LaneLog
  /** Milliseconds after which a probe counts as unanswered. */
  probeTimeoutMs: number
  /** Cuts off a probe that a stopping process can wait for no longer. */
  lastCall: AbortSignal
}

/**
 * Looks after the lane, at regular times and in every process that works: stops it when too much of
 * the mail bounces, and asks whether it can be opened when a refusal has stopped it. True when this
 * call has opened it, and waiting work can go on.
 */
export function makeKeepLane(deps: KeepLaneDeps): () => Promise<boolean> {
  const { lane, provider, log } = deps
  return async () => {
    const reputation = await lane.reputation()
    const breach = reputation && findBreach(reputation)
    if (breach && (await lane.stopFor(breach, reputation))) {
      log.stopped({ reason: breach, advice: adviceOn('resumed') })
    }
    const reason = await lane.takeProbe()
    if (reason === null) return false
    const signal = AbortSignal.any([AbortSignal.timeout(deps.probeTimeoutMs), deps.lastCall])
    if (!(await provider.probe(signal)) || !(await lane.open(reason))) return false
    log.opened({ reason })
    return true
  }
}
