import { type SQL, sql } from 'drizzle-orm'
import type { StoppedUntil } from '../../core/send/lane.ts'
import type { Database } from '../connect.ts'
import { lanes } from '../schema.ts'
import { TRIAL } from './budget.ts'

/** Milliseconds between two probes: at first, and at most. */
export interface ProbeTiming {
  firstProbe: number
  longestProbe: number
}

export interface Stop extends ProbeTiming {
  lane: string
  reason: string
  until: StoppedUntil
  /** The first probe goes no sooner. */
  probeInMs?: number | undefined
  /** Only while the lane still counts from there (null: from the first email on). */
  countedFrom?: string | null
}

const milliseconds = (ms: number): SQL => sql`${ms} * interval '1 millisecond'`

/**
 * The next probe comes after as long as the trouble has lasted, so the time between two doubles.
 * `stopped_at` is when the trouble began: it outlives a probe that opened the lane in vain, as one
 * does where the key works and the domain does not.
 */
export function untilNextProbe({ firstProbe, longestProbe }: ProbeTiming): SQL {
  return sql`greatest(${milliseconds(firstProbe)},
    least(${milliseconds(longestProbe)}, clock_timestamp() - stopped_at))`
}

/** Stops a lane as `Lane` promises; what only a person may open is stopped over the other. */
export async function stopLane(db: Database, stop: Stop): Promise<boolean> {
  const { lane, reason, until, probeInMs = 0 } = stop
  // Tried in vain just now, or is this a trouble of its own?
  const goesOn = sql`coalesce(probe_at > clock_timestamp() - ${milliseconds(2 * stop.longestProbe)}, false)`
  // What was read before somebody resumed the lane must not stop it again.
  const isForgiven =
    stop.countedFrom === undefined
      ? sql`false`
      : sql`counted_from is distinct from ${stop.countedFrom}::timestamptz`
  const stopped = await db.execute(sql`
    update ${lanes} set stopped_reason = ${reason}, stopped_until = ${until},
      stopped_at = case when ${goesOn} then stopped_at else clock_timestamp() end,
      probe_at = case when ${until} = 'probe' then clock_timestamp() + greatest(
        ${milliseconds(probeInMs)},
        case when ${goesOn} then ${untilNextProbe(stop)} else ${milliseconds(stop.firstProbe)} end
      ) end,
      paused_until = case when pause_reason = ${TRIAL} then null else paused_until end
    where name = ${lane} and not ${isForgiven} and (stopped_reason is null
      or (${until} = 'resumed' and stopped_until = 'probe'))
    returning name`)
  if (stopped.length > 0) return true
  // An answer that came after the one that stopped it may know better when to ask again.
  await db.execute(sql`
    update ${lanes} set probe_at = clock_timestamp() + ${milliseconds(probeInMs)}
    where name = ${lane} and stopped_until = 'probe' and ${until} = 'probe'
      and probe_at < clock_timestamp() + ${milliseconds(probeInMs)}`)
  return false
}
