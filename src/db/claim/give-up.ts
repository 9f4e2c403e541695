import { sql } from 'drizzle-orm'
import { insertChange, ofEmails } from '../changes/record-change.ts'
import type { Transaction } from '../client/connect.ts'
import { resolveBatchIfDone } from '../record/resolve-batch.ts'
import { attempts, claims, deliveries, recipients } from '../schema.ts'

/** Of a delivery in `deliveries`. */
const newestAttempt = sql`(
  select a.email_id from ${attempts} a where a.delivery_id = ${deliveries}.id
  order by a.number desc limit 1)`

/**
 * Closes a batch whose key the provider no longer keeps. What may have been accepted stays
 * `unknown` and claimed, since sending it again is guesswork; only the next reminder round includes
 * it. What was only ever postponed (429) is released and due again.
 */
export async function giveUp(tx: Transaction, batchId: string): Promise<void> {
  await tx.execute(sql`
    with released as (
      update ${deliveries} set closed_at = now(), state = 'rejected'
      where batch_id = ${batchId} and closed_at is null and state = 'claimed'
      returning id, user_id, run_id, ${newestAttempt} as email_id
    ), changed as (${insertChange({ type: 'email.failed', ...ofEmails }, sql`released`)})
    delete from ${claims} where delivery_id = any(array(select id from released))`)
  await tx.execute(sql`
    with unknown as (
      update ${deliveries} set closed_at = now()
      where batch_id = ${batchId} and closed_at is null and state = 'unknown'
      returning user_id, email_type, run_id, ${newestAttempt} as email_id
    ), changed as (${insertChange({ type: 'email.unknown', ...ofEmails }, sql`unknown`)})
    update ${recipients} r set reminder_round = r.reminder_round + 1 from unknown
    where r.user_id = unknown.user_id and unknown.email_type = 'outstanding_reminder'`)
  await resolveBatchIfDone(tx, batchId)
}
