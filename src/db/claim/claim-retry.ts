import { eq, type SQL, sql } from 'drizzle-orm'
import { emailsOf } from '../../core/claim/body.ts'
import type { ClaimedBatch } from '../../core/claim/claims.ts'
import type { Transaction } from '../client/connect.ts'
import { AttemptNotWrittenError } from '../record/attempt-not-written-error.ts'
import type { WriteHostRows } from '../record/write-host-rows.ts'
import { attempts, batches, deliveries, notificationEmailsSent } from '../schema.ts'
import { giveUp } from './give-up.ts'
import type { LockedBatch } from './lock-batch.ts'
import { isKeyKept, REPLAY_HOURS } from './replay-hours.ts'
import { PENDING } from './write-claim.ts'

/** For batches `b`: the key was never used, or the provider still keeps it. */
export const isKeyUsable = () => sql`(b.attempts = 1 or ${isKeyKept()})`

/**
 * Starts a further attempt with the same request under the same key: adds its attempt rows, and
 * closes those of an attempt whose process ended before it recorded an answer.
 */
export async function claimRetry(
  tx: Transaction,
  batch: LockedBatch,
  leaseMs: number,
  writeRows: WriteHostRows,
): Promise<ClaimedBatch | null> {
  if (!batch.body || !batch.frozenAt) throw new Error(`batch ${batch.id} is frozen without a body`)
  if (await wasReleased(tx, batch)) {
    await tx
      .update(batches)
      .set({ leasedUntil: endOf(leaseMs) })
      .where(eq(batches.id, batch.id))
    return toClaimed(batch, batch.body, batch.attempts)
  }
  await writeRows(tx, batch.id, closeLost)
  // By the database's clock, like every rule: this process's clock may jump.
  const [tooOld] = await tx.execute(sql`
    select from ${batches}
    where id = ${batch.id} and frozen_at < now() - make_interval(hours => ${REPLAY_HOURS}::int)`)
  if (tooOld) {
    await giveUp(tx, batch.id)
    return null
  }
  const attempt = batch.attempts + 1
  await writeRows(tx, batch.id, (tx, of) => addAttempts(tx, of, attempt))
  await tx
    .update(batches)
    .set({ attempts: attempt, leasedUntil: endOf(leaseMs) })
    .where(eq(batches.id, batch.id))
  return toClaimed(batch, batch.body, attempt)
}

/** Closes attempts whose process ended before it recorded an answer. */
async function closeLost(tx: Transaction, of: SQL): Promise<void> {
  await tx.execute(sql`
    with lost as (
      select d.id, a.email_id, d.error is null as has_row
      from (select * from ${deliveries} where ${of} offset 0) d
      join ${attempts} a on a.delivery_id = d.id
      join ${notificationEmailsSent} e on e.id = a.email_id and e.error_message like 'pending:%'
    ), email as (
      update ${notificationEmailsSent} e
      set error_message = 'unknown: no answer was recorded for this attempt'
      from lost where e.id = lost.email_id and lost.has_row
    )
    update ${deliveries} d set state = 'unknown' from lost
    where d.id = lost.id and d.closed_at is null`)
}

/** Adds the rows of attempt `number`, copied from those of the attempt before. */
async function addAttempts(tx: Transaction, of: SQL, number: number): Promise<void> {
  const [added] = await tx.execute<{ is_written: boolean }>(sql`
    with retried as (
      select d.id as delivery_id, gen_random_uuid() as email_id, e.user_id, e.email_type,
        e.notification_ids
      from (select * from ${deliveries} where ${of} offset 0) d
      join ${attempts} a on a.delivery_id = d.id and a.number = ${number - 1}
      join ${notificationEmailsSent} e on e.id = a.email_id
      where d.closed_at is null and d.error is null
    ), email as (
      insert into ${notificationEmailsSent}
        (id, user_id, email_type, sent_at, notification_ids, success, error_message)
      select email_id, user_id, email_type, now() at time zone 'utc', notification_ids, false,
        ${PENDING}
      from retried
      returning id
    ), attempt as (
      insert into ${attempts} (delivery_id, number, email_id)
      select delivery_id, ${number}::smallint, email_id from retried
    )
    select (select count(*) from email) = (select count(*) from retried) as is_written`)
  if (!added?.is_written) throw new AttemptNotWrittenError()
}

const endOf = (leaseMs: number) => sql`now() + ${leaseMs} * interval '1 millisecond'`

function toClaimed(batch: LockedBatch, body: Uint8Array, attempt: number): ClaimedBatch {
  const { id, runId, emailType } = batch
  return { id, runId, emailType, attempt, size: emailsOf(body).length, body }
}

/**
 * Whether a worker released this attempt before its request left: there is no lease, and its rows
 * are still pending. False if the key may have expired since an earlier attempt.
 */
async function wasReleased(tx: Transaction, batch: LockedBatch): Promise<boolean> {
  if (batch.leasedUntil !== null) return false
  const rows = await tx.execute(sql`
    select from ${deliveries} d
    join ${attempts} a on a.delivery_id = d.id and a.number = ${batch.attempts}
    join ${notificationEmailsSent} e on e.id = a.email_id
    where d.batch_id = ${batch.id} and d.closed_at is null and e.error_message like 'pending:%'
      and exists (select from ${batches} b where b.id = ${batch.id} and ${isKeyUsable()})
    limit 1`)
  return rows.length > 0
}
