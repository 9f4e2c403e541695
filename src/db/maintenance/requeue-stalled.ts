import { sql } from 'drizzle-orm'
import type { Guard } from '../../core/claim/claims.ts'
import type { DeliverJob } from '../../core/send/deliver-batch.ts'
import type { Deployment } from '../../core/send/deployment.ts'
import { isHeldByGuard } from '../claim/is-held-by-guard.ts'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import type { Jobs } from '../runs/jobs.ts'
import { batches, providerAccounts, runs } from '../schema.ts'
import { isMoved } from '../send/is-moved.ts'

export interface RequeueOptions extends Guard {
  shadow?: boolean
  deployment?: Deployment | undefined
}

/**
 * Enqueues again unfinished runs and up to 1,000 batches due for `idleMs`. Enqueues no batch whose job
 * would be dropped: one that a guard holds, or any in shadow or while sending is stopped or moved.
 * Resolves to how many batches had no waiting job.
 */
export async function requeueStalled(
  db: Database,
  jobs: Jobs,
  idleMs: number,
  { shadow = false, deployment, ...guard }: RequeueOptions = {},
): Promise<number> {
  const since = sql`now() - ${idleMs} * interval '1 millisecond'`
  return inTransaction(db, async tx => {
    const stalled = await tx.execute<{ id: string; run_id: string }>(sql`
      select id, run_id from ${batches} b
      where state <> 'resolved' and next_attempt_at <= ${since}
        and coalesce(leased_until <= now(), true)
        and not ${shadow} and not ${isHeldByGuard(guard)} and not exists (
          select from ${providerAccounts} where stopped_reason is not null or ${isMoved(deployment)})
      order by next_attempt_at limit 1000`)
    const found = stalled.map((row): DeliverJob => ({ batchId: row.id, runId: row.run_id }))
    const lost = found.length > 0 ? await jobs.deliver(tx, found) : 0
    const unfinished = await tx.execute<{ id: string }>(sql`
      select id from ${runs} where status in ('queued', 'running') and created_at <= ${since}`)
    for (const { id } of unfinished) await jobs.scan(tx, id)
    return lost
  })
}
