import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { notificationEmailsSent, recipients } from '../schema.ts'

/**
 * Takes over the history of a host that has mailed before: what is not newer than a person's last
 * accepted `new_notifications` email counts as carried by it.
 */
export async function carryHistory(db: Database): Promise<void> {
  await db.execute(sql`
    insert into ${recipients} (user_id, carried_until)
    select user_id, max(sent_at) from ${notificationEmailsSent}
    where success and email_type = 'new_notifications'
    group by user_id
    on conflict (user_id) do update set carried_until = excluded.carried_until`)
}
