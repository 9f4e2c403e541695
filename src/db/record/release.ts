import { randomUUIDv7 } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { ClaimedBatch } from '../../core/claim/claims.ts'
import type { Transaction } from '../client/connect.ts'
import type { Jobs } from '../runs/jobs.ts'
import { batches, claims, deliveries } from '../schema.ts'
import { closeAttempts, RECORDED_FIRST } from './close-attempts.ts'
import { lockRecipients } from './lock-recipients.ts'
import { resolveBatchIfDone } from './resolve-batch.ts'
import type { WriteHostRows } from './write-host-rows.ts'

/**
 * Ends a batch that was refused through no fault of its recipients and plans another for them in
 * the same run, under a new key, which a definite refusal permits. The next claim leaves out users
 * who have read everything by then.
 */
export async function release(
  tx: Transaction,
  jobs: Jobs,
  batch: ClaimedBatch,
  error: string,
  writeRows: WriteHostRows,
): Promise<void> {
  await lockRecipients(tx, batch.id)
  await writeRows(tx, batch.id, (tx, of) => closeAttempts(tx, of, error, batch.attempt))
  const released = await tx.execute<{ user_id: string }>(sql`
    with released as (
      update ${deliveries} set state = 'released', closed_at = now()
      where batch_id = ${batch.id} and closed_at is null
      returning id, user_id
    ), unclaimed as (
      delete from ${claims} where delivery_id = any(array(select id from released))
    )
    select user_id from released order by user_id`)
  if (released.length === 0) return
  await resolveBatchIfDone(tx, batch.id)
  await writeRows(tx, batch.id, (tx, of) => closeAttempts(tx, of, RECORDED_FIRST))

  const { runId, emailType } = batch
  const id = randomUUIDv7()
  const userIds = released.map(row => row.user_id)
  await tx.insert(batches).values({ id, runId, emailType, userIds })
  await jobs.deliver(tx, [{ batchId: id, runId }])
}
