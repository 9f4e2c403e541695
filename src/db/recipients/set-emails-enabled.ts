import { type SQL, sql } from 'drizzle-orm'
import type { SettingSource } from '../../core/recipients/setting.ts'
import { insertChange } from '../changes/record-change.ts'
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
  by: SettingSource,
): Promise<boolean> {
  const from = await readForChange(tx, userId)
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
    const written = await tx.transaction(inner => inner.execute(write))
    if (written.length > 0 && from !== enabled) {
      await tx.execute(recordChanged(userId, { from, to: enabled, by }))
    }
    return written.length > 0
  } catch (error) {
    if (isForeignKeyViolation(error)) return false
    throw error
  }
}

/** The setting before the change. The lock keeps other changes waiting until the transaction ends. */
async function readForChange(tx: Transaction, userId: string): Promise<boolean> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtext('tidings: setting'), hashtext(${userId}))`,
  )
  const [row] = await tx.execute<{ enabled: boolean }>(sql`
    select notification_emails_enabled as enabled from ${userPrivacySettings}
    where user_id = ${userId}`)
  return row?.enabled ?? true
}

function recordChanged(
  userId: string,
  { from, to, by }: { from: boolean; to: boolean; by: SettingSource },
): SQL {
  const detail = sql`jsonb_build_object('from', ${from}::boolean, 'to', ${to}::boolean)`
  const userIds = sql`array[${userId}::uuid]`
  return insertChange({ type: 'setting.changed', by, userIds, detail }, sql`(select 1) one`)
}

function isForeignKeyViolation(error: unknown): boolean {
  return (error as { cause?: { code?: string } }).cause?.code === '23503'
}
