import { sql } from 'drizzle-orm'
import type { Hold } from '../../core/send/lane.ts'
import type { Database } from '../connect.ts'
import { lanes } from '../schema.ts'

/** Why nothing is sent at this moment; null while requests may leave. A stop comes before a pause. */
export async function readHold(db: Database): Promise<Hold | null> {
  const [lane] = await db
    .select()
    .from(lanes)
    .where(sql`${lanes.stoppedReason} is not null or ${lanes.pausedUntil} > now()`)
    .orderBy(sql`${lanes.stoppedReason} is null`)
    .limit(1)
  if (!lane) return null
  const { stoppedReason, stoppedUntil, probeAt, pauseReason, pausedUntil } = lane
  if (stoppedReason === null) {
    return { reason: pauseReason ?? '', until: pausedUntil, stopped: false }
  }
  return {
    reason: stoppedReason,
    until: stoppedUntil === 'probe' ? probeAt : null,
    stopped: true,
  }
}
