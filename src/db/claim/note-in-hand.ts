import { sql } from 'drizzle-orm'
import type { DeliverJob } from '../../core/deliver-batch.ts'
import type { Database } from '../connect.ts'
import { batches } from '../schema.ts'

/**
 * Notes that a worker has these batches in hand, where they wait for their moments: to the sweep they
 * have been left since now, so that it does not enqueue them again.
 */
export async function noteInHand(db: Database, jobs: DeliverJob[]): Promise<void> {
  const ids = sql.param(jobs.map(({ batchId }) => batchId))
  await db.execute(sql`
    update ${batches} set next_attempt_at = now()
    where id in (
      select id from ${batches}
      where id = any(${ids}::uuid[]) and state <> 'resolved' and next_attempt_at < now()
      for update skip locked
    )`)
}
