import type { ClaimedBatch } from '../claim/claims.ts'
import type { Outcome } from './read-answer.ts'

export interface Records {
  /**
   * Writes what became of an attempt, in one transaction: the host's rows, the deliveries, the claims
   * (released on a definite refusal), and the next attempt's job where there is to be one. Recording
   * the same outcome again changes nothing. `nextAttemptInMs` is ignored where the outcome is final.
   *
   * `stop` is a refusal that is nobody's fault: the same people get a new batch in the same run, unless
   * an earlier attempt may have been taken.
   */
  record(batch: ClaimedBatch, outcome: Outcome, nextAttemptInMs: number): Promise<void>
}
