import { and, eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Setting } from '../../core/recipients/setting.ts'
import type { Database } from '../client/connect.ts'
import { isSuppressed } from '../rules/conditions.ts'
import { hostText } from '../rules/host-text.ts'
import { suppressions, userPrivacySettings, users } from '../schema.ts'

/** The alias that `isSuppressed` expects. */
const b = alias(suppressions, 'b')

/** Whether a user gets emails; null if there is no such user. */
export async function readSetting(db: Database, userId: string): Promise<Setting | null> {
  const [row] = await db
    .select({
      userId: users.userid,
      enabled: userPrivacySettings.notificationEmailsEnabled,
      reason: b.reason,
      since: b.since,
    })
    .from(users)
    .leftJoin(userPrivacySettings, eq(userPrivacySettings.userId, users.userid))
    .leftJoin(b, and(eq(b.address, sql`lower(${hostText(users.email)})`), isSuppressed))
    .where(eq(users.userid, userId))
  if (!row) return null
  return {
    userId: row.userId,
    notificationEmailsEnabled: row.enabled ?? true,
    source: row.enabled === null ? 'default' : 'user',
    suppressed: row.reason && row.since ? { reason: row.reason, since: row.since } : null,
  }
}
