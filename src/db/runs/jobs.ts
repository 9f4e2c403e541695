import type { DeliverJob } from '../../core/send/deliver-batch.ts'
import type { Transaction } from '../client/connect.ts'

/** Enqueues within the caller's transaction: the job exists exactly if the rest is committed. */
export interface Jobs {
  scan(tx: Transaction, runId: string): Promise<void>
  /** Resolves to how many jobs it enqueued: a batch with a waiting job gets no other. */
  deliver(tx: Transaction, jobs: DeliverJob[], inMs?: number): Promise<number>
}
