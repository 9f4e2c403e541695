import type { Transaction } from '../client/connect.ts'
import { preparedSql } from '../client/prepared-sql.ts'
import { batches, deliveries } from '../schema.ts'

/** Resolves a batch that has no open delivery left. Its body stays: what was sent can be read there. */
export async function resolveBatchIfDone(tx: Transaction, batchId: string): Promise<void> {
  await tx.execute(preparedSql`
    update ${batches} set state = 'resolved', leased_until = null
    where id = ${batchId} and state <> 'resolved' and not exists (
      -- Apart: else PostgreSQL may look for it among all open ones.
      select from (select closed_at from ${deliveries} where batch_id = ${batchId} offset 0) d
      where d.closed_at is null
    )`)
}
