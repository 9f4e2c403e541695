import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { batches, runs } from '../schema.ts'

/** What an alert needs: when something last happened, and what waits. Times are seconds since 1970. */
export interface Operations {
  lastCompletedRun: number | null
  /** Users that the last completed run did not email, by reason. */
  skipped: Record<string, number>
  /** When the oldest batch without an outcome was planned. */
  oldestBatch: number | null
  jobs: { queue: string; state: string; count: number }[]
}

/** Small partial indexes, the newest runs and the queue's open jobs: the same cost at any size. */
export async function readOperations(db: Database, queueSchema: string): Promise<Operations> {
  const [row] = await db.execute<Omit<Operations, 'jobs'> & Record<string, unknown>>(sql`
    with latest as (
      select finished_at, scan_counts from ${runs}
      where status = 'completed' and not dry_run and user_ids is null
      order by created_at desc limit 1
    )
    select date_part('epoch', (select finished_at from latest)) as "lastCompletedRun",
      coalesce((select scan_counts -> 'skipped' from latest), '{}') as skipped,
      date_part('epoch', (select min(created_at) from ${batches} where state <> 'resolved'))
        as "oldestBatch"`)
  const jobs = await db.execute<Operations['jobs'][number]>(sql`
    select name as queue, state::text as state, count(*)::int as count
    from ${sql.identifier(queueSchema)}.job
    where state < 'completed' group by 1, 2 order by 1, 2`)
  if (!row) throw new Error('the database returned no row')
  return { ...row, jobs: [...jobs] }
}
