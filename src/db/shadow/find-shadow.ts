import { sql } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import type { Shadow } from '../rules/conditions.ts'
import { runs } from '../schema.ts'

/** Since when the service has been in shadow: the first shadow run after the last real one. */
export async function findShadow(tx: Transaction): Promise<Shadow> {
  const [row] = await tx.execute<{ since: string | null }>(sql`
    select min(created_at)::text as since from ${runs} where shadow and created_at > coalesce(
      (select max(created_at) from ${runs} where not dry_run), '-infinity')`)
  return row?.since ? { since: sql`${row.since}::timestamptz` } : undefined
}
