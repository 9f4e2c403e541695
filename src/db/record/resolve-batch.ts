import type { Transaction } from '../client/connect.ts'
import { preparedSql } from '../client/prepared-sql.ts'
import { batches, deliveries } from '../schema.ts'

/** Resolves a batch without open deliveries. Its body stays, so that what was sent can be read. */
export async function resolveBatchIfDone(tx: Transaction, batchId: string): Promise<void> {
  await tx.execute(preparedSql`
    update ${batches} set state = 'resolved', leased_until = null
    where id = ${batchId} and state <> 'resolved' and not exists (
      -- OFFSET 0 keeps PostgreSQL from searching all open deliveries.
      select from (select closed_at from ${deliveries} where batch_id = ${batchId} offset 0) d
      where d.closed_at is null
    )`)
}
