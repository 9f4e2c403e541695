import { getTableColumns, sql } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import { storedRequest } from '../rules/stored-request.ts'
import { batches } from '../schema.ts'

export type LockedBatch = NonNullable<Awaited<ReturnType<typeof lockBatch>>>

/** Locks the batch's row. Undefined if it is resolved, not due yet, leased or locked. */
export async function lockBatch(tx: Transaction, batchId: string) {
  const [batch] = await tx
    .select({ ...getTableColumns(batches), body: storedRequest })
    .from(batches)
    .where(
      // A job may start slightly early by this clock; a second does not matter.
      sql`${batches.id} = ${batchId} and ${batches.state} <> 'resolved'
        and ${batches.nextAttemptAt} <= now() + interval '1 second'
        and coalesce(${batches.leasedUntil} <= now(), true)`,
    )
    .for('update', { skipLocked: true })
  return batch
}
