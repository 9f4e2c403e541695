import { sql } from 'drizzle-orm'
import type { Deployment } from '../../core/send/deployment.ts'
import type { Database } from '../client/connect.ts'
import { batches, deliveries, providerAccounts, runs } from '../schema.ts'
import { isMoved } from '../send/is-moved.ts'

/** Counts of what is unfinished or undecided now. */
export interface Backlog extends Record<string, unknown> {
  /** Deliveries whose request is in flight or will be retried. */
  open: number
  /** Deliveries without an answer that are still retried. */
  unknown_open: number
  /** Deliveries given up as unknown that no event has settled since. */
  unknown_final: number
  batches_planned: number
  batches_frozen: number
  runs_unfinished: number
  /** 1 while sending is stopped, else 0. */
  lane_stopped: number
}

/** Each figure comes from a small partial index, so a scrape costs the same at any size. */
export async function readBacklog(db: Database, deployment?: Deployment): Promise<Backlog> {
  const [row] = await db.execute<Backlog>(sql`
    select
      (select count(*)::int from ${deliveries} where closed_at is null) as open,
      (select count(*)::int from ${deliveries} where state = 'unknown' and closed_at is null) as unknown_open,
      (select count(*)::int from ${deliveries} where state = 'unknown' and closed_at is not null) as unknown_final,
      (select count(*)::int from ${batches} where state <> 'resolved' and state = 'planned') as batches_planned,
      (select count(*)::int from ${batches} where state <> 'resolved' and state = 'frozen') as batches_frozen,
      (select count(*)::int from ${runs} where status in ('queued', 'running')) as runs_unfinished,
      (select count(*)::int from ${providerAccounts}
        where stopped_reason is not null or ${isMoved(deployment)}) as lane_stopped`)
  if (!row) throw new Error('the database returned no row')
  return row
}
