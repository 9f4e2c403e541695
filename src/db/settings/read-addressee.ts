import { sql } from 'drizzle-orm'
import type { Addressee } from '../../core/settings/setting.ts'
import type { Database } from '../connect.ts'
import { users } from '../schema.ts'
import { readOptionalColumn } from './read-optional-column.ts'

/** Whom a page speaks to; null where there is no such person. */
export async function readAddressee(
  db: Database,
  userId: string,
  localeColumn: string | undefined,
): Promise<Addressee | null> {
  const id = sql`${userId}::uuid`
  const locale = localeColumn ? sql`(${readOptionalColumn(localeColumn, id)})` : sql`null`
  const [addressee] = await db.execute<{ address: string; locale: string | null }>(sql`
    select email as address, ${locale} as locale from ${users} where userid = ${id}`)
  return addressee ?? null
}
