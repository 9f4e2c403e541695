import { sql } from 'drizzle-orm'
import type { Transaction } from '../connect.ts'
import { batches, deliveries } from '../schema.ts'

/** Resolves a batch that has no open delivery left. Its body stays: what was sent can be read there. */
export async function resolveBatchIfDone(tx: Transaction, batchId: string): Promise<void> {
  await tx.execute(sql`
    update ${batches} set state = 'resolved', leased_until = null
    where id = ${batchId} and state <> 'resolved' and not exists (
      select from ${deliveries} d where d.batch_id = ${batchId} and d.closed_at is null
    )`)
}
