import type { ClaimedBatch } from '../claim/claims.ts'
import type { Outcome } from './read-answer.ts'

export interface Records {
  /**
   * Records an outcome in one transaction: the host's rows, deliveries, claims (released on a definite
   * refusal) and the job of the next attempt. Idempotent. After `stop`, the users get a new batch in the
   * same run, unless the provider may have accepted an earlier attempt.
   *
   * @param nextAttemptInMs ignored if the outcome is final
   */
  record(batch: ClaimedBatch, outcome: Outcome, nextAttemptInMs: number): Promise<void>
}
