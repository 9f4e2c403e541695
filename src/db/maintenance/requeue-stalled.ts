import { sql } from 'drizzle-orm'
import type { DeliverJob } from '../../core/send/deliver-batch.ts'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import type { Jobs } from '../runs/jobs.ts'
import { batches, providerAccounts, runs } from '../schema.ts'

/**
 * Enqueues batches again that have been due for `idleMs`, up to 1,000 per call, and unfinished
 * runs. A job that still waits is not duplicated. Enqueues no batch in shadow or while sending is
 * stopped, since its job would be dropped. Resolves to how many batches had no waiting job.
 */
export async function requeueStalled(
  db: Database,
  jobs: Jobs,
  idleMs: number,
  { shadow = false }: { shadow?: boolean } = {},
): Promise<number> {
  const since = sql`now() - ${idleMs} * interval '1 millisecond'`
  return inTransaction(db, async tx => {
    const stalled = await tx.execute<{ id: string; run_id: string }>(sql`
      select id, run_id from ${batches}
      where state <> 'resolved' and next_attempt_at <= ${since}
        and coalesce(leased_until <= now(), true)
        and not ${shadow} and not exists (select from ${providerAccounts} where stopped_reason is not null)
      order by next_attempt_at limit 1000`)
    const found = stalled.map((row): DeliverJob => ({ batchId: row.id, runId: row.run_id }))
    const lost = found.length > 0 ? await jobs.deliver(tx, found) : 0
    const unfinished = await tx.execute<{ id: string }>(sql`
      select id from ${runs} where status in ('queued', 'running') and created_at <= ${since}`)
    for (const { id } of unfinished) await jobs.scan(tx, id)
    return lost
  })
}
