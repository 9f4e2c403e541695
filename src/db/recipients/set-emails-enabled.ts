import { sql } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import { userPrivacySettings, users } from '../schema.ts'

/**
 * Switches a user's notification emails on or off and keeps the other settings. False if there is
 * no such user: the foreign key waits for a deletion in progress. A lock on the host's row would do
 * too, but needs the right to change it.
 */
export async function setEmailsEnabled(
  tx: Transaction,
  userId: string,
  enabled: boolean,
): Promise<boolean> {
  // With a generated id: the column may have no default.
  const write = sql`
    insert into ${userPrivacySettings}
      (id, user_id, notification_emails_enabled, created_at, updated_at)
    select gen_random_uuid(), userid, ${enabled}, now() at time zone 'utc', now() at time zone 'utc'
    from ${users} where userid = ${userId}
    on conflict (user_id) do update
    set notification_emails_enabled = excluded.notification_emails_enabled,
      updated_at = excluded.updated_at
    returning user_id`
  try {
    // In a savepoint, so that the rest of the transaction goes on if the user is gone.
    return (await tx.transaction(inner => inner.execute(write))).length > 0
  } catch (error) {
    if (isForeignKeyViolation(error)) return false
    throw error
  }
}

function isForeignKeyViolation(error: unknown): boolean {
  return (error as { cause?: { code?: string } }).cause?.code === '23503'
}
