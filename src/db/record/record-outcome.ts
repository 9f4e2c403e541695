import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { ClaimedBatch } from '../../core/claim/claims.ts'
import type { ItemOutcome, Outcome } from '../../core/record/read-answer.ts'
import { insertChange, ofEmails } from '../changes/record-change.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction, preferIndexScans } from '../client/in-transaction.ts'
import { preparedSql } from '../client/prepared-sql.ts'
import type { Jobs } from '../runs/jobs.ts'
import {
  attempts,
  batches,
  claims,
  deliveries,
  notificationEmailsSent,
  recipients,
} from '../schema.ts'
import { closeAsAccepted } from './close-as-accepted.ts'
import { closeAttempts, RECORDED_FIRST } from './close-attempts.ts'
import { lockRecipients } from './lock-recipients.ts'
import { release } from './release.ts'
import { resolveBatchIfDone } from './resolve-batch.ts'
import { despiteFaultyRows, type WriteHostRows } from './write-host-rows.ts'

/** Implements `Records.record`, in one transaction. A row that the host refuses affects no other. */
export function recordOutcome(
  db: Database,
  jobs: Jobs,
  batch: ClaimedBatch,
  outcome: Outcome,
  nextAttemptInMs: number,
): Promise<void> {
  const record = async (tx: Transaction, writeRows: WriteHostRows) => {
    // The claim of the next attempt locks the batch first, too.
    const [locked] = await tx.execute<{ attempts: number }>(
      preparedSql`select attempts from ${batches} where id = ${batch.id} for update`,
    )
    if (outcome.kind === 'settled') {
      await settle(tx, batch, outcome.items, writeRows)
      // Close all attempts: the newest may belong to a process that has died.
      if (locked && locked.attempts > 1)
        await writeRows(tx, batch.id, (tx, of) => closeAttempts(tx, of, RECORDED_FIRST))
      return
    }
    if (outcome.kind === 'stop' && !(await mayBeAccepted(tx, batch.id))) {
      return release(tx, jobs, batch, outcome.error, writeRows)
    }
    await writeRows(tx, batch.id, (tx, of) => closeAttempts(tx, of, outcome.error, batch.attempt))
    if (outcome.kind === 'repeat') {
      await tx.execute(sql`
        update ${deliveries} set state = 'unknown'
        where batch_id = ${batch.id} and closed_at is null`)
    }
    // Only the newest attempt schedules the next one; this answer may be late.
    const [released] = await tx
      .update(batches)
      .set({
        leasedUntil: null,
        nextAttemptAt: sql`now() + ${nextAttemptInMs} * interval '1 millisecond'`,
      })
      .where(
        and(
          eq(batches.id, batch.id),
          eq(batches.attempts, batch.attempt),
          eq(batches.state, 'frozen'),
        ),
      )
      .returning({ id: batches.id })
    if (released) {
      await jobs.deliver(tx, [{ batchId: batch.id, runId: batch.runId }], nextAttemptInMs)
    }
  }
  return despiteFaultyRows(writeRows =>
    inTransaction(db, tx => record(tx, writeRows), undefined, preferIndexScans),
  )
}

/**
 * Writes the outcome of each email. Only open deliveries change, so an answer that arrives twice is
 * recorded once: one accepted row for one accepted email.
 */
async function settle(
  tx: Transaction,
  batch: ClaimedBatch,
  items: ItemOutcome[],
  writeRows: WriteHostRows,
): Promise<void> {
  await lockRecipients(tx, batch.id)
  await writeRows(tx, batch.id, async (tx, of) => {
    await closeAsAccepted(tx, {
      of,
      providerId: answerFor(items, item => (item.kind === 'accepted' ? item.providerId : null)),
      attempt: sql`${batch.attempt}::smallint`,
    })
    if (items.some(item => item.kind === 'rejected')) {
      await closeAsRejected(tx, { of, batch, items })
    }
  })
  await resolveBatchIfDone(tx, batch.id)
}

/** A value of the answer for delivery `d`, by its position. An array lookup avoids a join. */
function answerFor(items: ItemOutcome[], read: (item: ItemOutcome) => string | null): SQL {
  return sql`(${sql.param(items.map(read))}::text[])[d.position + 1]`
}

/** Releases rejected emails, so they are due again, and counts refusals of one address in a row. */
async function closeAsRejected(
  tx: Transaction,
  { of, batch, items }: { of: SQL; batch: ClaimedBatch; items: ItemOutcome[] },
): Promise<void> {
  const error = answerFor(items, item => (item.kind === 'rejected' ? item.error : null))
  const refusal = answerFor(items, item =>
    item.kind === 'rejected' && !item.ofRequest ? item.error : null,
  )
  await tx.execute(sql`
    with rejected as materialized (
      select d.id, d.user_id, d.run_id, lower(d.address) as address,
        case when d.error is null then (
          select a.email_id from ${attempts} a
          where a.delivery_id = d.id and a.number = ${batch.attempt}) end as email_id,
        ${error} as error, case when d.sent_to is null then ${refusal} end as refusal
      from (select * from ${deliveries} where ${of} offset 0) d
      where closed_at is null and ${error} is not null
    ), closed as (
      update ${deliveries} set state = 'rejected', closed_at = now()
      where id = any(array(select id from rejected))
    ), refused as (
      update ${recipients} r
      set refused_address = rejected.address, refusal = rejected.refusal,
        refusals = 1 + case when r.refused_address = rejected.address and r.refusal = rejected.refusal
          then least(r.refusals, 1000) else 0 end
      from rejected where r.user_id = rejected.user_id and rejected.refusal is not null
        -- Keeps this a lookup.
        and r.user_id = any(array(select user_id from rejected))
    ), email as (
      update ${notificationEmailsSent} e set error_message = rejected.error
      from rejected where e.id = rejected.email_id
    ), changed as (${insertChange({ type: 'email.failed', ...ofEmails }, sql`rejected`)})
    delete from ${claims} where delivery_id = any(array(select id from rejected))`)
}

/**
 * Whether an earlier attempt got no answer; a refusal of the key or the account does not settle it.
 */
async function mayBeAccepted(tx: Transaction, batchId: string): Promise<boolean> {
  const rows = await tx.execute(sql`
    select from ${deliveries}
    where batch_id = ${batchId} and closed_at is null and state = 'unknown' limit 1`)
  return rows.length > 0
}
