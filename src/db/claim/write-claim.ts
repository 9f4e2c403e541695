import { randomUUIDv7 } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import type { RequestEmail } from '../../core/claim/build-batch-request.ts'
import type { Skipped } from '../../core/runs/run.ts'
import { recordFailed } from '../changes/record-failed.ts'
import type { Transaction } from '../client/connect.ts'
import { preparedSql } from '../client/prepared-sql.ts'
import { AttemptNotWrittenError } from '../record/attempt-not-written-error.ts'
import { attempts, batches, claims, deliveries, notificationEmailsSent } from '../schema.ts'
import type { EvaluatedUser } from './evaluate-users.ts'
import type { LockedBatch } from './lock-batch.ts'

/** The error of an attempt whose outcome is not recorded yet. */
export const PENDING = 'pending: the request may be in flight'

/** What a claim writes to the batch itself. */
export interface ClaimedState {
  /**
   * The request's exact JSON, compressed; null if there is nothing to send, which resolves the
   * batch.
   */
  body: Uint8Array | null
  skipped: Skipped
  leaseMs: number
}

/**
 * Writes a batch's deliveries, first attempts, claims and request in one statement. An email that
 * could not be rendered gets an attempt but claims nothing, so it stays due. Unique indexes reject
 * a second claim, and a second delivery of a user that is open or in the same run.
 *
 * @throws {AttemptNotWrittenError} if the host's database stores fewer attempts
 */
export async function writeClaim(
  tx: Transaction,
  batch: LockedBatch,
  emails: RequestEmail[],
  dueById: Map<string, EvaluatedUser>,
  state: ClaimedState,
): Promise<void> {
  const rows = emails.map(({ id, person, sentTo, position, subject, error }) => ({
    delivery_id: id,
    email_id: randomUUIDv7(),
    user_id: person.userId,
    address: person.address,
    sent_to: sentTo,
    round: dueById.get(person.userId)?.round,
    ids: person.notificationIds,
    position,
    // PostgreSQL cannot store NUL or unpaired surrogates.
    subject: subject?.replaceAll('\0', '').toWellFormed() ?? null,
    oldest_at: person.oldestAt,
    error,
  }))
  const [claim] = await tx.execute<{ written: number }>(preparedSql`
    with frozen as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as f(
        delivery_id uuid, email_id uuid, user_id uuid, address text, sent_to text, round int, ids text[],
        position smallint, subject text, oldest_at timestamptz, error text)
    ), delivery as (
      insert into ${deliveries}
        (id, batch_id, position, run_id, user_id, email_type, address, sent_to, subject, oldest_at, state,
          closed_at)
      select delivery_id, ${batch.id}, position, ${batch.runId}, user_id, ${batch.emailType},
        address, sent_to, subject, oldest_at, case when error is null then 'claimed' else 'rejected' end,
        case when error is not null then now() end
      from frozen
    ), email as (
      insert into ${notificationEmailsSent}
        (id, user_id, email_type, sent_at, notification_ids, success, error_message)
      select email_id, user_id, ${batch.emailType}, now() at time zone 'utc', ids, false,
        coalesce(error, ${PENDING})
      from frozen
      returning id
    ), attempt as (
      insert into ${attempts} (delivery_id, number, email_id)
      select delivery_id, 1, email_id from frozen
    ), batch as (${updateBatch(batch.id, state)}), claim as (
      insert into ${claims} (notification_id, email_type, round, delivery_id)
      select id::uuid, ${batch.emailType}, round, delivery_id
      from frozen, unnest(ids) as id
      where error is null
    )
    select count(*)::int as written from email`)
  if (claim?.written !== rows.length) throw new AttemptNotWrittenError()
  if (rows.some(row => row.error)) {
    await tx.execute(recordFailed(sql`d.batch_id = ${batch.id} and d.state = 'rejected'`))
  }
}

function updateBatch(batchId: string, { body, skipped, leaseMs }: ClaimedState): SQL {
  const setSkipped = sql`skipped = ${JSON.stringify(skipped)}::jsonb`
  if (!body)
    return sql`update ${batches} set state = 'resolved', ${setSkipped} where id = ${batchId}`
  return sql`
    update ${batches} set state = 'frozen', body = ${body}::bytea, ${setSkipped}, attempts = 1,
      frozen_at = now(), leased_until = now() + ${leaseMs} * interval '1 millisecond'
    where id = ${batchId}`
}
