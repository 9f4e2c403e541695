import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'

/** The version of pg-boss's schema; null if it does not exist. */
export async function readQueueVersion(db: Database): Promise<number | null> {
  const [table] = await db.execute<{ exists: boolean }>(
    sql`select to_regclass('pgboss.version') is not null as exists`,
  )
  if (!table?.exists) return null
  const [row] = await db.execute<{ version: number }>(sql`select version from pgboss.version`)
  return row?.version ?? null
}
