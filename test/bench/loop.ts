import type postgres from 'postgres'

/**
 * Finds due users as a typical cron route would: one user after the other, with indexes as good as ours.
 * Resolves to the number of due users.
 */
export async function planByLoop(sql: postgres.Sql): Promise<number> {
  const users = await sql<{ userid: string }[]>`select userid from users`
  let due = 0
  for (const { userid } of users) {
    const [settings] = await sql<{ on: boolean }[]>`
      select notification_emails_enabled as on from user_privacy_settings where user_id = ${userid}`
    if (settings && !settings.on) continue
    const [last] = await sql<{ sent_at: string }[]>`
      select sent_at::text from notification_emails_sent
      where user_id = ${userid} and email_type = 'new_notifications' and success
      order by sent_at desc limit 1`
    const unread = await sql`
      select * from notifications
      where user_id = ${userid} and not is_read and not is_deleted
        and created_at > coalesce(${last?.sent_at ?? null}::timestamp, '-infinity')
        and created_at > (now() at time zone 'utc') - interval '30 days'
      order by created_at limit 10`
    if (unread.length > 0) due += 1
  }
  return due
}

/** Reads one row per user with unread notifications: the minimum for finding due users. */
export async function readUnreadUsers(sql: postgres.Sql): Promise<void> {
  await sql`
    select user_id, count(*), max(created_at) from notifications
    where not is_read and not is_deleted group by user_id order by user_id`.cursor(2_000, () => {})
}

/** Reads every unread row, without grouping by the database. */
export async function readUnread(sql: postgres.Sql): Promise<void> {
  await sql`
    select user_id, created_at, id from notifications
    where not is_read and not is_deleted order by user_id, created_at`.cursor(2_000, () => {})
}
