import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { lanes } from '../schema.ts'

/**
 * Opens a stopped lane by hand, whatever stopped it, and forgives the bounces and complaints so far.
 * Resolves to the reason it was stopped for, or null where it was not.
 */
export async function resumeLane(db: Database, lane: string): Promise<string | null> {
  const [resumed] = await db.execute<{ reason: string }>(sql`
    with stopped as (
      select name, stopped_reason from ${lanes}
      where name = ${lane} and stopped_reason is not null for update
    )
    update ${lanes} l set stopped_reason = null, stopped_until = null, stopped_at = null,
      probe_at = null, counted_from = now()
    from stopped where l.name = stopped.name
    returning stopped.stopped_reason as reason`)
  return resumed?.reason ?? null
}
