import type { ClaimedBatch } from '../claim/claims.ts'
import type { Outcome } from '../send/read-answer.ts'

export interface Records {
  /**
   * Writes what became of an attempt, in one transaction: the host's rows, the deliveries, the claims
   * (released on a definite refusal), and the next attempt's job where there is to be one. Recording
   * the same outcome again changes nothing. `nextAttemptInMs` is
   * ignored where the outcome is final.
   */
  record(batch: ClaimedBatch, outcome: Outcome, nextAttemptInMs: number): Promise<void>
  /** Ends a run whose lane has stopped: what it has not claimed yet stays due for the next one. */
  abandon(runId: string, error: string): Promise<void>
}
