import { and, eq, sql } from 'drizzle-orm'
import type { ClaimedBatch } from '../../core/claim/claims.ts'
import type { ItemOutcome, Outcome } from '../../core/send/read-answer.ts'
import type { Database, Transaction } from '../connect.ts'
import { inTransaction } from '../in-transaction.ts'
import type { Jobs } from '../jobs.ts'
import {
  attempts,
  batches,
  claims,
  deliveries,
  notificationEmailsSent,
  recipients,
} from '../schema.ts'

/** Records an attempt's outcome as `Records` promises, in one transaction. */
export function recordOutcome(
  db: Database,
  jobs: Jobs,
  batch: ClaimedBatch,
  outcome: Outcome,
  nextAttemptInMs: number,
): Promise<void> {
  return inTransaction(db, async tx => {
    if (outcome.kind === 'settled') return settle(tx, batch, outcome.items)
    if (outcome.kind === 'stop') {
      const rejected: ItemOutcome = { kind: 'rejected', error: outcome.error }
      return settle(
        tx,
        batch,
        Array.from({ length: batch.size }, () => rejected),
      )
    }
    await closeAttempt(tx, batch, outcome.error)
    if (outcome.kind === 'repeat') {
      await tx.execute(sql`
        update ${deliveries} set state = 'unknown'
        where batch_id = ${batch.id} and closed_at is null`)
    }
    // Only the newest attempt gives the next one its time: this answer may have come too late.
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
  })
}

/**
 * Writes what became of each email. Only an open delivery changes, so an answer that comes twice is
 * recorded once: one accepted row for one accepted email.
 */
async function settle(tx: Transaction, batch: ClaimedBatch, items: ItemOutcome[]): Promise<void> {
  const told = items.map((item, position) => ({
    position,
    provider_id: item.kind === 'accepted' ? item.providerId : null,
    error: item.kind === 'rejected' ? item.error : null,
  }))
  await tx.execute(sql`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(told)}::jsonb)
        as t(position smallint, provider_id text, error text)
    ), closed as (
      update ${deliveries} d
      set state = case when t.error is null then 'accepted' else 'rejected' end,
        provider_id = t.provider_id, closed_at = now()
      from told t
      where d.batch_id = ${batch.id} and d.position = t.position and d.closed_at is null
      returning d.id, d.user_id, d.email_type, d.state, t.error
    ), email as (
      update ${notificationEmailsSent} e
      set success = closed.state = 'accepted', error_message = closed.error
      from closed join ${attempts} a on a.delivery_id = closed.id and a.number = ${batch.attempt}
      where e.id = a.email_id
    ), released as (
      delete from ${claims} k using closed
      where k.delivery_id = closed.id and closed.state = 'rejected'
    ), reminded as (
      update ${recipients} r set reminder_round = r.reminder_round + 1
      from closed
      where closed.state = 'accepted' and closed.email_type = 'outstanding_reminder'
        and r.user_id = closed.user_id
    )
    update ${batches} set state = 'resolved', body = null, leased_until = null
    where id = ${batch.id}`)
  await closeAttempt(tx, batch, 'unknown: another attempt at this email was recorded first')
}

/** Gives the rows of this attempt that have no outcome yet this one. */
async function closeAttempt(tx: Transaction, batch: ClaimedBatch, error: string): Promise<void> {
  await tx.execute(sql`
    update ${notificationEmailsSent} e set error_message = ${error}
    from ${deliveries} d
    join ${attempts} a on a.delivery_id = d.id and a.number = ${batch.attempt}
    where d.batch_id = ${batch.id} and e.id = a.email_id
      and not e.success and e.error_message like 'pending:%'`)
}
