import { sql } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import { userPrivacySettings, users } from '../schema.ts'

/**
 * Switches a person's notification emails on or off and leaves the other settings alone. False where
 * there is no such person, or no longer: the foreign key waits for a deletion under way. A lock on the
 * host's row would do the same, and want the right to change it.
 */
export async function setEmailsEnabled(
  tx: Transaction,
  userId: string,
  enabled: boolean,
): Promise<boolean> {
  // With an id of ours: a table made by hand may have no default for it.
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
    // In a savepoint: whatever else the transaction is for goes on without them.
    return (await tx.transaction(inner => inner.execute(write))).length > 0
  } catch (error) {
    if (isForeignKeyViolation(error)) return false
    throw error
  }
}

function isForeignKeyViolation(error: unknown): boolean {
  return (error as { cause?: { code?: string } }).cause?.code === '23503'
}
