import { sql } from 'drizzle-orm'
import type { Recipient } from '../../core/recipients/setting.ts'
import type { Database } from '../client/connect.ts'
import { readOptionalColumn } from '../rules/optional-column.ts'
import { users } from '../schema.ts'

/** Whom a page speaks to; null where there is no such person. */
export async function readRecipient(
  db: Database,
  userId: string,
  localeColumn: string | undefined,
): Promise<Recipient | null> {
  const id = sql`${userId}::uuid`
  const locale = localeColumn ? sql`(${readOptionalColumn(localeColumn, id)})` : sql`null`
  const [addressee] = await db.execute<{ address: string; locale: string | null }>(sql`
    select email as address, ${locale} as locale from ${users} where userid = ${id}`)
  return addressee ?? null
}
