import { randomUUIDv7 } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { ClaimedBatch } from '../../core/claim/claims.ts'
import type { Transaction } from '../client/connect.ts'
import type { Jobs } from '../runs/jobs.ts'
import { batches, claims, deliveries } from '../schema.ts'
import { closeAttempts, RECORDED_FIRST } from './close-attempts.ts'
import { lockRecipients } from './lock-recipients.ts'
import { resolveBatchIfDone } from './resolve-batch.ts'

/**
 * Ends a batch that was refused for no fault of its recipients', and plans another with the same
 * people in the same run: a request of its own, with a key of its own, which a definite refusal
 * allows. Who has read everything by then is left out of it, as by any claim.
 */
export async function release(
  tx: Transaction,
  jobs: Jobs,
  batch: ClaimedBatch,
  error: string,
): Promise<void> {
  await lockRecipients(tx, batch.id)
  await closeAttempts(tx, batch.id, error, batch.attempt)
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
  await closeAttempts(tx, batch.id, RECORDED_FIRST)

  const { runId, emailType } = batch
  const id = randomUUIDv7()
  const userIds = released.map(row => row.user_id)
  await tx.insert(batches).values({ id, runId, emailType, userIds })
  await jobs.deliver(tx, [{ batchId: id, runId }])
}
