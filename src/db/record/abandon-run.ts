import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { inTransaction } from '../in-transaction.ts'
import type { Jobs } from '../jobs.ts'
import { startFollower } from '../scan/finish-run.ts'
import { batches, runs } from '../schema.ts'

/**
 * Fails a run that cannot go on and drops what it planned but nobody claimed: those people stay due.
 * Requests under way, and those to be repeated, come to their own end.
 */
export async function abandonRun(
  db: Database,
  jobs: Jobs,
  runId: string,
  error: string,
): Promise<void> {
  await inTransaction(db, async tx => {
    const [failed] = await tx
      .update(runs)
      .set({ status: 'failed', error, finishedAt: sql`now()` })
      .where(and(eq(runs.id, runId), eq(runs.status, 'running')))
      .returning({ type: runs.type })
    await tx.execute(sql`
      update ${batches}
      set state = 'resolved', skipped = jsonb_build_object('run_stopped', cardinality(user_ids))
      where run_id = ${runId} and state = 'planned'`)
    if (failed) await startFollower(tx, jobs, failed.type)
  })
}
