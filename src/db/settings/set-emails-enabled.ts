import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { userPrivacySettings, users } from '../schema.ts'

/**
 * Switches a person's notification emails on or off and leaves the other settings alone. False where
 * there is no such person.
 */
export async function setEmailsEnabled(
  db: Database,
  userId: string,
  enabled: boolean,
): Promise<boolean> {
  const written = await db.execute(sql`
    insert into ${userPrivacySettings} (user_id, notification_emails_enabled, created_at, updated_at)
    select userid, ${enabled}, now() at time zone 'utc', now() at time zone 'utc'
    from ${users} where userid = ${userId}
    on conflict (user_id) do update
    set notification_emails_enabled = excluded.notification_emails_enabled,
      updated_at = excluded.updated_at
    returning user_id`)
  return written.length > 0
}
