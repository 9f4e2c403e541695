import { sql } from 'drizzle-orm'
import type { Guard } from '../../core/claim/claims.ts'
import { isHeldByGuard } from '../claim/is-held-by-guard.ts'
import type { Database } from '../client/connect.ts'
import { batches, deliveries } from '../schema.ts'

export interface StuckWork {
  overdue: number
  overdueSince: Date | null
  failedJobs: { queue: string; count: number }[]
  unknown: number
  unknownSince: Date | null
}

/** The rescuer requeues stalled work within seconds, so work this old is stuck. */
const OVERDUE = sql`interval '5 minutes'`

/** Work that no process does. The figures of batches and deliveries come from partial indexes. */
export async function readStuckWork(
  db: Database,
  queueSchema: string,
  guard: Guard = {},
): Promise<StuckWork> {
  const [row] = await db.execute<{
    overdue: number
    overdue_since: string | null
    unknown: number
    unknown_since: string | null
  }>(sql`
    select b.*, d.*
    from (
      select count(*)::int as overdue, min(next_attempt_at) as overdue_since from ${batches} b
      where state <> 'resolved' and next_attempt_at < now() - ${OVERDUE}
        and coalesce(leased_until < now(), true) and not ${isHeldByGuard(guard)}
    ) b cross join (
      select count(*)::int as unknown, min(claimed_at) as unknown_since from ${deliveries}
      where state = 'unknown'
    ) d`)
  const failed = await db.execute<{ queue: string; count: number }>(sql`
    select name as queue, count(*)::int as count from ${sql.identifier(queueSchema)}.job
    where state = 'failed' and completed_on > now() - interval '24 hours' group by 1 order by 1`)
  const time = (text: string | null | undefined) => (text ? new Date(text) : null)
  return {
    overdue: row?.overdue ?? 0,
    overdueSince: time(row?.overdue_since),
    failedJobs: [...failed],
    unknown: row?.unknown ?? 0,
    unknownSince: time(row?.unknown_since),
  }
}
