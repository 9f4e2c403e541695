import { sql } from 'drizzle-orm'
import type { LaneState } from '../../core/send/lane-state.ts'
import type { Database } from '../connect.ts'
import { deliveries, lanes } from '../schema.ts'
import { readHold } from './read-hold.ts'

/** Each figure comes from a partial index or from the last minute, so it costs the same at any size. */
export async function readLaneState(db: Database, lane: string): Promise<LaneState> {
  const [hold, [row]] = await Promise.all([
    readHold(db),
    db.execute<{
      learnt_rate: number | null
      stopped_at: string | null
      requests: number
      emails: number
      open: number
      unknown: number
    }>(sql`
      select taken.requests, taken.emails, l.learnt_rate,
        case when l.stopped_reason is not null then l.stopped_at end as stopped_at,
        (select count(*)::int from ${deliveries} where closed_at is null) as open,
        (select count(*)::int from ${deliveries}
          where state = 'unknown' and closed_at is null) as unknown
      from (
        select count(distinct batch_id)::int as requests, count(*)::int as emails
        from ${deliveries}
        where state = 'accepted' and closed_at > now() - interval '1 minute'
      ) taken left join ${lanes} l on l.name = ${lane}`),
  ])
  if (!row) throw new Error('the database gave no figures')
  return {
    hold,
    stoppedAt: row.stopped_at === null ? null : new Date(row.stopped_at),
    learntRate: row.learnt_rate,
    lastMinute: { requests: row.requests, emails: row.emails },
    open: row.open,
    unknown: row.unknown,
  }
}
