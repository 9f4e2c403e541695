import { sql } from 'drizzle-orm'
import type { Rules } from '../../core/scan/rules.ts'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { epochDaysAgo, epochOf } from '../rules/utc.ts'
import { claims, deliveries, notifications } from '../schema.ts'

/** Days beyond the maximum age of a new notification, in case that setting is raised a little. */
const MARGIN_DAYS = 30

type Position = { id: string; email_type: string; round: number }

/**
 * Deletes claims of notifications that are gone, or read or deleted and too old to be new again.
 * Younger ones stay: if a host lets users mark a notification as unread, only its claim prevents a
 * second email. Reads the whole table by its key, `pageSize` claims per transaction.
 */
export async function* pruneClaims(
  db: Database,
  rules: Rules,
  pageSize = 2_000,
): AsyncGenerator<number> {
  const tooOld = epochDaysAgo(rules.newMaxAgeDays + MARGIN_DAYS)
  let position: Position | undefined
  do {
    const after: Position | undefined = position
    const page = await inTransaction(db, tx =>
      tx.execute<Position & { deleted: boolean }>(sql`
        with page as (
          select notification_id, email_type, round, delivery_id from ${claims}
          ${after ? sql`where (notification_id, email_type, round) > (${after.id}::uuid, ${after.email_type}, ${after.round}::int)` : sql``}
          order by notification_id, email_type, round limit ${pageSize}
        ), obsolete as (
          select p.* from page p
          join ${deliveries} d on d.id = p.delivery_id and d.closed_at is not null
          left join ${notifications} n on n.id = p.notification_id
          where n.id is null or ((n.is_read or n.is_deleted) and ${epochOf('n.created_at')} < ${tooOld})
        ), gone as (
          delete from ${claims} k using obsolete u
          where (k.notification_id, k.email_type, k.round) = (u.notification_id, u.email_type, u.round)
          returning k.notification_id, k.email_type, k.round
        )
        select p.notification_id as id, p.email_type, p.round, g.round is not null as deleted
        from page p left join gone g using (notification_id, email_type, round)
        order by p.notification_id, p.email_type, p.round`),
    )
    yield page.filter(row => row.deleted).length
    position = page.length < pageSize ? undefined : page.at(-1)
  } while (position)
}
