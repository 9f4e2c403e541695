import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { notificationEmailsSent, recipients } from '../schema.ts'

/** How many users `importHistory` imports, those of an interrupted import included. */
export async function countHistory(db: Database): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(distinct user_id)::int as count from ${notificationEmailsSent}
    where success and email_type = 'new_notifications'`)
  return row?.count ?? 0
}

/**
 * Imports the email history: a notification not newer than a user's last accepted
 * `new_notifications` email counts as carried. Runs in id order, `pageSize` users per transaction, and
 * yields the total so far. Continues after an interruption, if no email was sent since.
 */
export async function* importHistory(db: Database, pageSize = 2_000): AsyncGenerator<number> {
  const [before] = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from ${recipients}`,
  )
  let imported = before?.count ?? 0
  let added: number
  do {
    const [page] = await inTransaction(db, tx =>
      tx.execute<{ count: number }>(sql`
        with added as (
          insert into ${recipients} (user_id, carried_until)
          select user_id, max(sent_at) from ${notificationEmailsSent}
          where success and email_type = 'new_notifications'
            and user_id > coalesce(
              (select user_id from ${recipients} order by user_id desc limit 1),
              '00000000-0000-0000-0000-000000000000')
          group by user_id order by user_id limit ${pageSize}
          returning user_id
        )
        select count(*)::int as count from added`),
    )
    added = page?.count ?? 0
    imported += added
    yield imported
  } while (added === pageSize)
}
