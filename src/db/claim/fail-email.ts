import { randomUUIDv7 } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { Rules } from '../../core/scan/rules.ts'
import { recordFailed } from '../changes/record-failed.ts'
import type { Transaction } from '../client/connect.ts'
import { AttemptNotWrittenError } from '../record/attempt-not-written-error.ts'
import { setDeliveryError } from '../record/write-host-rows.ts'
import { covers, isUnread } from '../rules/conditions.ts'
import {
  attempts,
  batches,
  deliveries,
  notificationEmailsSent,
  notifications,
  recipients,
  users,
} from '../schema.ts'
import type { LockedBatch } from './lock-batch.ts'

/**
 * Ends the email of a batch's only user as failed, without a claim, so that it stays due. Where the host's
 * row cannot be written either, the delivery alone keeps the error.
 */
export async function failEmail(
  tx: Transaction,
  batch: LockedBatch,
  error: string,
  rules: Rules,
): Promise<void> {
  const { id: batchId, runId, emailType, userIds } = batch
  await tx.update(batches).set({ state: 'resolved', error }).where(eq(batches.id, batchId))
  const id = randomUUIDv7()
  const [user] = await tx.execute(sql`
    insert into ${deliveries}
      (id, batch_id, run_id, user_id, email_type, address, state, closed_at)
    select ${id}, ${batchId}, ${runId}, u.userid, ${emailType}, coalesce(u.email, ''), 'rejected', now()
    from ${users} u where u.userid = ${userIds[0]}
    returning user_id`)
  if (!user) return
  const ids = await tx
    .transaction(nested => readNotificationIds(nested, batch, rules))
    .catch(() => null)
  await tx
    .transaction(nested => writeAttempt(nested, id, { emailType, ids, error }))
    .catch(unwritten => setDeliveryError(tx, id, unwritten))
  await tx.execute(recordFailed(sql`d.id = ${id}`))
}

/** What the email was to carry; may fail for the same reason as the claim. */
async function readNotificationIds(
  tx: Transaction,
  { userIds, emailType }: LockedBatch,
  rules: Rules,
): Promise<string[] | null> {
  const [row] = await tx.execute<{ ids: string[] | null }>(sql`
    select to_jsonb(array_agg(n.id order by n.created_at desc, n.id desc)) as ids
    from ${notifications} n left join ${recipients} r on r.user_id = n.user_id
    where n.user_id = ${userIds[0]} and ${isUnread} and ${covers(emailType, rules)}`)
  return row?.ids ?? null
}

async function writeAttempt(
  tx: Transaction,
  deliveryId: string,
  { emailType, ids, error }: { emailType: string; ids: string[] | null; error: string },
): Promise<void> {
  const [attempt] = await tx.execute(sql`
    with email as (
      insert into ${notificationEmailsSent}
        (user_id, email_type, sent_at, notification_ids, success, error_message)
      select user_id, ${emailType}, now() at time zone 'utc',
        ${sql.param(ids)}::text[], false, ${error}
      from ${deliveries} where id = ${deliveryId}
      returning id
    )
    insert into ${attempts} (delivery_id, number, email_id) select ${deliveryId}, 1, id from email
    returning number`)
  if (!attempt) throw new AttemptNotWrittenError()
}
