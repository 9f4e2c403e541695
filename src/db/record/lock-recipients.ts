import type { Transaction } from '../client/connect.ts'
import { preparedSql } from '../client/prepared-sql.ts'
import { deliveries, recipients } from '../schema.ts'

/** Locks a batch's recipients in the same order as the claim, so that the two cannot deadlock. */
export async function lockRecipients(tx: Transaction, batchId: string): Promise<void> {
  await tx.execute(preparedSql`
    select from ${recipients} r
    where user_id = any(array(select user_id from ${deliveries} where batch_id = ${batchId}))
    order by user_id for update`)
}
