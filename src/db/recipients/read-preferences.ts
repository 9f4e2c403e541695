import { eq, sql } from 'drizzle-orm'
import type { Preferences } from '../../core/recipients/preferences.ts'
import type { Database } from '../client/connect.ts'
import { preferences, users } from '../schema.ts'

/** What a user prefers; null if there is no such user. */
export async function readPreferences(db: Database, userId: string): Promise<Preferences | null> {
  const [row] = await db
    .select({
      userId: users.userid,
      // A pause that has ended is none.
      pausedUntil:
        sql`case when ${preferences.pausedUntil} > now() then ${preferences.pausedUntil} end`.mapWith(
          preferences.pausedUntil,
        ),
    })
    .from(users)
    .leftJoin(preferences, eq(preferences.userId, users.userid))
    .where(eq(users.userid, userId))
  if (!row) return null
  return {
    ...{ userId: row.userId, frequency: 'each_run', hour: null, weekday: null, timeZone: null },
    ...{ quietHours: null, weekdays: null, pausedUntil: row.pausedUntil },
    ...{ mutedTypes: [], mutes: [], source: row.pausedUntil ? 'user' : 'default' },
  }
}
