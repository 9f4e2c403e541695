import { sql } from 'drizzle-orm'
import type { Recipient } from '../../core/recipients/setting.ts'
import type { Database } from '../client/connect.ts'
import { readOptionalColumn } from '../rules/optional-column.ts'
import { users } from '../schema.ts'

/** The recipient that a page is for; null if there is no such user. */
export async function readRecipient(
  db: Database,
  userId: string,
  localeColumn: string | undefined,
): Promise<Recipient | null> {
  const id = sql`${userId}::uuid`
  const locale = localeColumn ? sql`(${readOptionalColumn(localeColumn, id)})` : sql`null`
  const [recipient] = await db.execute<{ address: string; locale: string | null }>(sql`
    select email as address, ${locale} as locale from ${users} where userid = ${id}`)
  return recipient ?? null
}
