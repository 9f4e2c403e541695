import type { EmailType } from '../email-type.ts'
import type { Rules } from '../scan/rules.ts'
import type { BatchRequest, DueUser } from './build-batch-request.ts'

/** A batch whose attempts are written: its request may leave now, and only now. */
export interface ClaimedBatch {
  id: string
  runId: string
  emailType: EmailType
  /** 1 for the first attempt, one more for each repetition. */
  attempt: number
  /** How many emails the request holds. */
  size: number
  /** The request's exact JSON, packed (`body.ts`) to take little memory while it waits for a slot. */
  body: Uint8Array
}

/** Who may get email at all, and where all of it goes instead. */
export interface Guard extends Pick<Rules, 'deliverOnly'> {
  deliverTo?: string | undefined
}

export interface Claims {
  /**
   * In one transaction: locks the people of a planned batch, evaluates the rules again, has `freeze`
   * make the request, and writes deliveries, attempts (`pending:`), claims and the request itself. A
   * batch that is frozen already keeps its request and gets the rows of its next attempt, unless the
   * last one was handed back before it left.
   *
   * Null where nothing is to be sent: nobody is due any more, the batch is resolved, its time has not
   * come, another worker holds its lease, or a guard holds its stored request.
   */
  claim(
    batchId: string,
    freeze: (emailType: EmailType, people: DueUser[]) => Promise<BatchRequest>,
  ): Promise<ClaimedBatch | null>
  /**
   * Extends the leases of batches whose requests have not left. Resolves to the ids of those that
   * still belong to this worker; the others must not be sent.
   */
  renewLeases(batches: ClaimedBatch[]): Promise<Set<string>>
  /** Releases batches whose requests have not left. The next claim takes over their attempt. */
  handBack(batches: ClaimedBatch[]): Promise<void>
}
