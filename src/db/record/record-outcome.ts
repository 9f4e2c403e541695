import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { ClaimedBatch } from '../../core/claim/claims.ts'
import type { ItemOutcome, Outcome } from '../../core/send/read-answer.ts'
import type { Database, Transaction } from '../connect.ts'
import { inTransaction } from '../in-transaction.ts'
import type { Jobs } from '../jobs.ts'
import { attempts, batches, claims, deliveries, notificationEmailsSent } from '../schema.ts'
import { closeAsAccepted } from './close-as-accepted.ts'
import { closeAttempts, RECORDED_FIRST } from './close-attempts.ts'
import { lockRecipients } from './lock-recipients.ts'
import { release } from './release.ts'
import { resolveBatchIfDone } from './resolve-batch.ts'

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
    const [locked] = await tx.execute<{ attempts: number }>(
      sql`select attempts from ${batches} where id = ${batch.id} for update`,
    )
    if (outcome.kind === 'settled') {
      await settle(tx, batch, outcome.items)
      // Of every attempt: the newest may belong to a process that has died.
      if (locked && locked.attempts > 1) await closeAttempts(tx, batch.id, RECORDED_FIRST)
      return
    }
    if (outcome.kind === 'stop' && !(await mayBeTaken(tx, batch.id))) {
      return release(tx, jobs, batch, outcome.error)
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
  await lockRecipients(tx, batch.id)
  await closeAsAccepted(
    tx,
    sql`select d.id as delivery_id, t.provider_id, ${batch.attempt}::smallint as attempt
      from ${toldOf(items, item => (item.kind === 'accepted' ? item.providerId : null))}
        as t(provider_id, place)
      join ${deliveries} d on d.batch_id = ${batch.id} and d.position = t.place - 1
      where t.provider_id is not null`,
  )
  if (items.some(item => item.kind === 'rejected')) await closeAsRejected(tx, batch, items)
  await resolveBatchIfDone(tx, batch.id)
}

/** What was told of each email, with its place, from 1 on. As an array, so that PostgreSQL knows of how many. */
function toldOf(items: ItemOutcome[], read: (item: ItemOutcome) => string | null): SQL {
  return sql`unnest(${sql.param(items.map(read))}::text[]) with ordinality`
}

/** What was refused is released, and so is due again. */
async function closeAsRejected(
  tx: Transaction,
  batch: ClaimedBatch,
  items: ItemOutcome[],
): Promise<void> {
  await tx.execute(sql`
    with closed as (
      update ${deliveries} d set state = 'rejected', closed_at = now()
      from ${toldOf(items, item => (item.kind === 'rejected' ? item.error : null))} as t(error, place)
      where d.batch_id = ${batch.id} and d.position = t.place - 1 and d.closed_at is null
        and t.error is not null
      returning d.id, t.error
    ), email as (
      update ${notificationEmailsSent} e set error_message = closed.error
      from closed join ${attempts} a on a.delivery_id = closed.id and a.number = ${batch.attempt}
      where e.id = a.email_id
    )
    delete from ${claims} k using closed where k.delivery_id = closed.id`)
}

/** An earlier attempt got no answer: then no refusal of a key, or of an account, speaks of it. */
async function mayBeTaken(tx: Transaction, batchId: string): Promise<boolean> {
  const rows = await tx.execute(sql`
    select from ${deliveries}
    where batch_id = ${batchId} and closed_at is null and state = 'unknown' limit 1`)
  return rows.length > 0
}
