import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { lanes } from '../schema.ts'

/** Opens a lane that a probe found in order. What was stopped by hand or anew meanwhile stays so. */
export async function openLane(db: Database, lane: string, reason: string): Promise<boolean> {
  // `stopped_at` stays until a request has been taken, `probe_at` becomes when it was last asked.
  const opened = await db.execute(sql`
    update ${lanes} set stopped_reason = null, stopped_until = null, probe_at = clock_timestamp(),
      next_at = clock_timestamp(), moments = '{}'
    where name = ${lane} and stopped_until = 'probe' and stopped_reason = ${reason}
    returning name`)
  return opened.length > 0
}
