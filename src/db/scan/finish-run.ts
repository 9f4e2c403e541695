import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { RunType } from '../../core/runs/run.ts'
import { insertChange } from '../changes/record-change.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import type { Jobs } from '../runs/jobs.ts'
import { batches, runs } from '../schema.ts'

/**
 * Completes a run whose scan is done and whose batches are all resolved, and starts the run that
 * waits for it. Call it after the commit that resolved a batch: of two that end at once, the later
 * call sees both.
 */
export async function finishRunIfDone(db: Database, jobs: Jobs, runId: string): Promise<void> {
  // Checked after every batch but true only after the last, so no transaction (four statements)
  // yet.
  const [run] = await db.select({ id: runs.id }).from(runs).where(isDone(runId))
  if (!run) return
  await inTransaction(db, async tx => {
    const [done] = await tx
      .update(runs)
      .set({ status: 'completed', finishedAt: sql`now()` })
      .where(isDone(runId))
      .returning({ type: runs.type })
    if (!done) return
    await tx.execute(recordCompleted(runId, done.type))
    await startFollower(tx, jobs, done.type)
  })
}

function isDone(runId: string) {
  return and(
    eq(runs.id, runId),
    eq(runs.status, 'running'),
    eq(runs.scanDone, true),
    // Names the states so that the index serves it: nearly all batches of a long run are resolved.
    sql`not exists (
      select from ${batches} b where b.run_id = ${runId} and b.state in ('planned', 'frozen'))`,
  )
}

function recordCompleted(runId: string, type: RunType): SQL {
  const detail = sql`jsonb_build_object('type', ${type}::text)`
  const change = { type: 'run.completed', runId: sql`${runId}::uuid`, detail } as const
  return insertChange(change, sql`(select 1) one`)
}

/** Enqueues the scan of the queued run of this type, if there is one. */
async function startFollower(tx: Transaction, jobs: Jobs, type: RunType): Promise<void> {
  const [next] = await tx
    .select({ id: runs.id })
    .from(runs)
    .where(
      and(eq(runs.type, type), eq(runs.status, 'queued'), sql`not dry_run`, isNull(runs.userIds)),
    )
  if (next) await jobs.scan(tx, next.id)
}
