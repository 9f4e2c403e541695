import type { Provider } from '../provider.ts'
import { recoveryHint, type StoppedUntil } from '../provider-account.ts'
import { findBreach, type Reputation } from './reputation-limits.ts'

export interface ReadReputation extends Reputation {
  /** Emails before this time do not count; null: all count. In the database's format. */
  countedFrom: string | null
}

/** Stops sending for every process on one database, and lets it start again. */
export interface CircuitBreaker {
  /**
   * Stops sending, unless it is stopped already. No probe runs within `probeInMs`. True for the one
   * call that stopped it.
   */
  trip(reason: string, until: StoppedUntil, probeInMs?: number): Promise<boolean>
  /** Stops sending because of bounces, unless an operator has resumed it since these were read. */
  tripFor(breach: string, reputation: ReadReputation): Promise<boolean>
  /** Claims the next probe: the reason for the stop, for one process; null for the others. */
  takeProbe(): Promise<string | null>
  /** After a successful probe: lets one request through, if that reason still holds. True for one call. */
  halfOpen(reason: string): Promise<boolean>
  /** Null if there are too few emails for a decision. */
  reputation(): Promise<ReadReputation | null>
}

/** One line for each change, from the process that caused it. */
export interface CircuitLog {
  stopped(line: { reason: string; advice: string }): void
  opened(line: { reason: string }): void
}

export interface MonitorDeps {
  circuit: CircuitBreaker
  provider: Pick<Provider, 'probe'>
  log: CircuitLog
  /** Milliseconds after which a probe counts as unanswered. */
  probeTimeoutMs: number
  /** Aborts a running probe when the process stops. */
  shutdownSignal: AbortSignal
}

/**
 * Checks the circuit once: stops sending when too many emails bounce, and probes whether it can
 * resume after a refusal. Every worker calls it at intervals. True if this call let sending resume.
 */
export function monitorCircuit(deps: MonitorDeps): () => Promise<boolean> {
  const { circuit, provider, log } = deps
  return async () => {
    const reputation = await circuit.reputation()
    const breach = reputation && findBreach(reputation)
    if (breach && (await circuit.tripFor(breach, reputation))) {
      log.stopped({ reason: breach, advice: recoveryHint('resumed') })
    }
    const reason = await circuit.takeProbe()
    if (reason === null) return false
    const signal = AbortSignal.any([AbortSignal.timeout(deps.probeTimeoutMs), deps.shutdownSignal])
    if (!(await provider.probe(signal)) || !(await circuit.halfOpen(reason))) return false
    log.opened({ reason })
    return true
  }
}
