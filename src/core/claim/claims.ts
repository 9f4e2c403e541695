import type { EmailType } from '../email-type.ts'
import type { Rules } from '../scan/rules.ts'
import type { BatchRequest, DueUser } from './build-batch-request.ts'

/** A batch whose attempts are recorded. Only its request may be sent. */
export interface ClaimedBatch {
  id: string
  runId: string
  emailType: EmailType
  /** 1 for the first attempt, one more for each retry. */
  attempt: number
  /** How many emails the request holds. */
  size: number
  /** The request's exact JSON, packed (`body.ts`) to save memory while it waits for a slot. */
  body: Uint8Array
}

/** Who may get email at all, and where all of it goes instead. */
export interface Guard extends Pick<Rules, 'deliverOnly'> {
  deliverTo?: string | undefined
}

/** What has become of a batch that could not be claimed. */
export type Isolation = 'split' | 'failed' | 'postponed'

export interface Claims {
  /**
   * In one transaction: locks the batch's users, evaluates the rules again and writes deliveries, attempts
   * (`pending:`), claims and the request. A retry keeps the stored request and gets new attempts. Null if
   * nobody is due any more, the batch is resolved not yet ready, held by a guard, or leased by another worker.
   */
  claim(
    batchId: string,
    buildRequest: (emailType: EmailType, users: DueUser[]) => Promise<BatchRequest>,
  ): Promise<ClaimedBatch | null>
  /**
   * Keeps one user's data from stopping the others, after `claim` has thrown this error: splits the batch in
   * two, or, with a single user left, ends that email as failed. Postpones a batch whose request is stored,
   * and any batch if no data has caused the error.
   */
  isolate(batchId: string, error: unknown): Promise<Isolation>
  /**
   * Extends the leases of batches whose requests were not sent. Resolves to the ids of those that still
   * belong to this worker; the others must not be sent.
   */
  renewLeases(batches: ClaimedBatch[]): Promise<Set<string>>
  /** Releases batches whose requests were not sent. The next claim reuses their attempt. */
  handBack(batches: ClaimedBatch[]): Promise<void>
}
