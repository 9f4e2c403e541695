import { eq, sql } from 'drizzle-orm'
import type { Addressee } from '../../core/settings/setting.ts'
import type { Database } from '../connect.ts'
import { users } from '../schema.ts'

/**
 * Whom a page speaks to; null where there is no such person. By way of JSON, so that a host without
 * the locale's column has people without a locale instead of a query that fails.
 */
export async function readAddressee(
  db: Database,
  userId: string,
  localeColumn: string | undefined,
): Promise<Addressee | null> {
  const [addressee] = await db
    .select({
      address: users.email,
      // The row, by the table's name without its schema: with one it would be read as a column.
      locale: sql<string | null>`to_jsonb(users) ->> ${localeColumn ?? null}::text`,
    })
    .from(users)
    .where(eq(users.userid, userId))
  return addressee ?? null
}
