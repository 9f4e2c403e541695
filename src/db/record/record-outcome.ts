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
    // Whoever claims the next attempt locks the batch first, too.
    await tx.execute(sql`select from ${batches} where id = ${batch.id} for update`)
    if (outcome.kind === 'settled') return settle(tx, batch, outcome.items)
    if (outcome.kind === 'stop' && !(await mayBeTaken(tx, batch.id))) {
      const rejected: ItemOutcome = { kind: 'rejected', error: outcome.error }
      return settle(
        tx,
        batch,
        Array.from({ length: batch.size }, () => rejected),
      )
    }
    await closeAttempts(tx, batch.id, outcome.error, batch.attempt)
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
  // In the claim's order, so that the two cannot wait for each other.
  await tx.execute(sql`
    select from ${recipients} r
    where user_id in (select user_id from ${deliveries} where batch_id = ${batch.id})
    order by user_id for update`)
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
  // Of every attempt: the newest may belong to a process that has died.
  await closeAttempts(tx, batch.id, 'unknown: another attempt at this email was recorded first')
}

/** An earlier attempt got no answer: then no refusal of a key, or of an account, speaks of it. */
async function mayBeTaken(tx: Transaction, batchId: string): Promise<boolean> {
  const rows = await tx.execute(sql`
    select from ${deliveries}
    where batch_id = ${batchId} and closed_at is null and state = 'unknown' limit 1`)
  return rows.length > 0
}

/** Gives the rows that have no outcome yet this one: those of one attempt, or of all. */
async function closeAttempts(
  tx: Transaction,
  batchId: string,
  error: string,
  attempt?: number,
): Promise<void> {
  const which = attempt === undefined ? sql`` : sql`and a.number = ${attempt}`
  await tx.execute(sql`
    update ${notificationEmailsSent} e set error_message = ${error}
    from ${deliveries} d
    join ${attempts} a on a.delivery_id = d.id ${which}
    where d.batch_id = ${batchId} and e.id = a.email_id
      and not e.success and e.error_message like 'pending:%'`)
}
