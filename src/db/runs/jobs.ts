import type { RunType } from '../../core/runs/run.ts'
import type { DeliverJob } from '../../core/send/deliver-batch.ts'
import type { Transaction } from '../client/connect.ts'

/** Enqueues within the caller's transaction: the job exists exactly if the rest is committed. */
export interface Jobs {
  scan(tx: Transaction, runId: string): Promise<void>
  /** Starts a run for all users at that time; asking again for the same type and time adds nothing. */
  startLater(tx: Transaction, type: RunType, at: Date): Promise<void>
  /** Resolves to how many jobs it enqueued: a batch with a waiting job gets no other. */
  deliver(tx: Transaction, jobs: DeliverJob[], inMs?: number): Promise<number>
}
