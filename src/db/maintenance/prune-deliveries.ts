import { sql } from 'drizzle-orm'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import {
  attempts,
  batches,
  claims,
  deliveries,
  events,
  notificationEmailsSent,
  recipients,
  runs,
} from '../schema.ts'
import { isOver, type RetentionPolicy } from './retention-policy.ts'

/** Runs listed per query. */
const RUNS_PER_PAGE = 100

type Position = { created_at: string; id: string }

/**
 * Deletes deliveries, events and batches of runs that ended before `RETENTION_DAYS`, and yields how
 * many. Keeps open and unknown ones, and those with stored attempts. One whose claim still prevents
 * an email loses only its address and subject.
 */
export async function* pruneDeliveries(
  db: Database,
  { retentionDays }: Pick<RetentionPolicy, 'retentionDays'>,
  batchesAtOnce = 20,
): AsyncGenerator<number> {
  let after: Position | undefined
  do {
    const behind: Position | undefined = after
    const found = await db.execute<Position>(sql`
      select id, to_jsonb(created_at) #>> '{}' as created_at from ${runs}
      where ${isOver(retentionDays)}
      ${behind ? sql`and (created_at, id) > (${behind.created_at}::timestamptz, ${behind.id}::uuid)` : sql``}
      order by created_at, id limit ${RUNS_PER_PAGE}`)
    for (const run of found) {
      const rows = await db.execute<{ id: string }>(sql`
        select id from ${batches} where run_id = ${run.id} and state = 'resolved'`)
      const ids = rows.map(row => row.id)
      for (let at = 0; at < ids.length; at += batchesAtOnce) {
        yield await inTransaction(db, tx => prune(tx, ids.slice(at, at + batchesAtOnce)))
      }
    }
    after = found.length < RUNS_PER_PAGE ? undefined : found.at(-1)
  } while (after)
}

async function prune(tx: Transaction, batchIds: string[]): Promise<number> {
  const ids = sql`${sql.param(batchIds)}::uuid[]`
  const pruned = await tx.execute(sql`
    with done as (
      select d.id, exists (
        select from ${claims} k left join ${recipients} r on r.user_id = d.user_id
        where k.delivery_id = d.id
          -- A reminder claims for one round; claims of earlier rounds are of no use.
          and (k.email_type = 'new_notifications' or k.round > coalesce(r.reminder_round, 0))
      ) as is_claiming
      from ${deliveries} d
      where d.batch_id = any(${ids}) and d.closed_at is not null and d.state <> 'unknown'
        and not exists (
          select from ${attempts} a join ${notificationEmailsSent} e on e.id = a.email_id
          where a.delivery_id = d.id)
    ), claiming as (
      update ${deliveries} d set address = '', subject = null from done
      where d.id = done.id and done.is_claiming and d.address <> ''
    ), obsolete as (
      select id from done where not is_claiming
    ), claim as (
      delete from ${claims} k using obsolete u where k.delivery_id = u.id
    ), attempt as (
      delete from ${attempts} a using obsolete u where a.delivery_id = u.id
    ), event as (
      delete from ${events} v using done where v.delivery_id = done.id
    )
    delete from ${deliveries} d using obsolete u where d.id = u.id returning d.id`)
  await tx.execute(sql`
    delete from ${batches} b where b.id = any(${ids})
      and not exists (select from ${deliveries} d where d.batch_id = b.id)`)
  return pruned.length
}
