import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { lanes } from '../schema.ts'
import { type ProbeTiming, untilNextProbe } from './stop-lane.ts'

/**
 * Takes the turn of the next probe, where one is due, by moving it on: of all who ask at once, one
 * gets it, and if that one dies the next turn comes by itself.
 */
export async function takeProbe(
  db: Database,
  lane: string,
  timing: ProbeTiming,
): Promise<string | null> {
  const [taken] = await db.execute<{ reason: string }>(sql`
    update ${lanes} set probe_at = clock_timestamp() + ${untilNextProbe(timing)}
    where name = ${lane} and stopped_until = 'probe' and probe_at <= clock_timestamp()
    returning stopped_reason as reason`)
  return taken?.reason ?? null
}
