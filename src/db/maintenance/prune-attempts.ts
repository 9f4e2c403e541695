import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { requireDeleteRight } from '../record/require-delete-right.ts'
import { attempts, deliveries, notificationEmailsSent, recipients } from '../schema.ts'
import type { RetentionPolicy } from './retention-policy.ts'

type Position = { sent_at: string; id: string }

/**
 * Deletes attempts older than `RETENTION_DAYS`, oldest first, checking `pageSize` per transaction.
 * Keeps unsettled ones, accepted emails that the cool-down counts, and a host's emails that the
 * baseline does not include yet. Throws `DeleteNotGrantedError`.
 */
export async function* pruneAttempts(
  db: Database,
  { retentionDays, rules }: RetentionPolicy,
  pageSize = 2_000,
): AsyncGenerator<number> {
  const days = Math.max(retentionDays, rules.reminderCooldownDays + 1)
  await requireDeleteRight(db)
  let position: Position | undefined
  do {
    const after: Position | undefined = position
    const page = await inTransaction(db, tx =>
      tx.execute<Position & { deleted: boolean }>(sql`
        with page as (
          select id, user_id, email_type, sent_at, success from ${notificationEmailsSent}
          where sent_at < (now() at time zone 'utc') - make_interval(days => ${days}::int)
          ${after ? sql`and (sent_at, id) > (${after.sent_at}::timestamp, ${after.id}::uuid)` : sql``}
          order by sent_at, id limit ${pageSize}
        ), obsolete as (
          select p.id, a.delivery_id from page p
          left join ${attempts} a on a.email_id = p.id
          left join ${deliveries} d on d.id = a.delivery_id
          left join ${recipients} r on r.user_id = p.user_id
          where case when d.id is not null then d.closed_at is not null and d.state <> 'unknown'
            else not p.success or p.email_type <> 'new_notifications'
              or coalesce(r.carried_until >= p.sent_at, false) end
        ), unlinked as (
          delete from ${attempts} a using obsolete u where a.email_id = u.id
        ), gone as (
          delete from ${notificationEmailsSent} e using obsolete u where e.id = u.id returning e.id
        )
        select p.id, to_jsonb(p.sent_at) #>> '{}' as sent_at, g.id is not null as deleted
        from page p left join gone g on g.id = p.id
        order by p.sent_at, p.id`),
    )
    yield page.filter(row => row.deleted).length
    position = page.length < pageSize ? undefined : page.at(-1)
  } while (position)
}
