import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { quoteName } from '../client/quote-name.ts'

/** The version of pg-boss's tables in a schema; null if they do not exist. */
export async function readQueueVersion(db: Database, schema: string): Promise<number | null> {
  const name = `${quoteName(schema)}.version`
  const [table] = await db.execute<{ exists: boolean }>(
    sql`select to_regclass(${name}) is not null as exists`,
  )
  if (!table?.exists) return null
  const [row] = await db.execute<{ version: number }>(
    sql`select version::int as version from ${sql.raw(name)}`,
  )
  return row?.version ?? null
}
