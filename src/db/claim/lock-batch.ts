import { sql } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import { batches } from '../schema.ts'

export type LockedBatch = NonNullable<Awaited<ReturnType<typeof lockBatch>>>

/** The batch's row, locked; nothing where it is not this worker's turn. */
export async function lockBatch(tx: Transaction, batchId: string) {
  const [batch] = await tx
    .select()
    .from(batches)
    .where(
      // A job may come up a little before its time by this clock; a second does not matter.
      sql`${batches.id} = ${batchId} and ${batches.state} <> 'resolved'
        and ${batches.nextAttemptAt} <= now() + interval '1 second'
        and coalesce(${batches.leasedUntil} <= now(), true)`,
    )
    .for('update', { skipLocked: true })
  return batch
}
