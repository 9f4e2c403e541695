import { and, eq, isNull, sql } from 'drizzle-orm'
import type { RunType } from '../../core/runs/run.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import type { Jobs } from '../runs/jobs.ts'
import { batches, runs } from '../schema.ts'

/**
 * Completes a run whose scan is done and whose batches are all resolved, and starts the one that
 * waited for it. Called after the commit of whatever resolved a batch: of two that end at once, the
 * later call sees both.
 */
export async function finishRunIfDone(db: Database, jobs: Jobs, runId: string): Promise<void> {
  // Asked after every batch, and true of the last one: a transaction would cost four statements each.
  const [run] = await db.select({ id: runs.id }).from(runs).where(isDone(runId))
  if (!run) return
  await inTransaction(db, async tx => {
    const [done] = await tx
      .update(runs)
      .set({ status: 'completed', finishedAt: sql`now()` })
      .where(isDone(runId))
      .returning({ type: runs.type })
    if (done) await startFollower(tx, jobs, done.type)
  })
}

function isDone(runId: string) {
  return and(
    eq(runs.id, runId),
    eq(runs.status, 'running'),
    eq(runs.scanDone, true),
    // In words that its index serves: of a long run nearly all batches are resolved.
    sql`not exists (
      select from ${batches} b where b.run_id = ${runId} and b.state in ('planned', 'frozen'))`,
  )
}

/** Enqueues the scan of the run of this type that waits, if one does. */
async function startFollower(tx: Transaction, jobs: Jobs, type: RunType): Promise<void> {
  const [next] = await tx
    .select({ id: runs.id })
    .from(runs)
    .where(
      and(eq(runs.type, type), eq(runs.status, 'queued'), sql`not dry_run`, isNull(runs.userIds)),
    )
  if (next) await jobs.scan(tx, next.id)
}
