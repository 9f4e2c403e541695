import type { EmailType } from '../render/digest.ts'
import type { DuePerson, FrozenBatch } from './freeze-batch.ts'

/** A batch whose attempts are written: its request may leave now, and only now. */
export interface ClaimedBatch {
  id: string
  runId: string
  emailType: EmailType
  /** 1 for the first attempt, one more for each repetition. */
  attempt: number
  /** How many emails the request holds. */
  size: number
  /** The request's exact JSON, packed (`body.ts`): so it is held while it waits for its moment. */
  body: Uint8Array
}

export interface Claims {
  /**
   * In one transaction: locks the people of a planned batch, evaluates the rules again, has `freeze`
   * make the request, and writes deliveries, attempts (`pending:`), claims and the request itself. A
   * batch that is frozen already gets the rows of its next attempt and keeps its request.
   *
   * Null where nothing is to be sent: nobody is due any more, the batch is resolved, its time has not
   * come, or another worker holds its lease.
   */
  claim(
    batchId: string,
    freeze: (emailType: EmailType, people: DuePerson[]) => Promise<FrozenBatch>,
  ): Promise<ClaimedBatch | null>
}
