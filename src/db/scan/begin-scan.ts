import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { batches, runs } from '../schema.ts'

/**
 * Moves a run from queued to running, unless another run of its type still scans or has people to
 * claim. One that only waits for answers holds nobody up: what it has claimed is claimed. Resolves to the
 * run while its scan has pages left, also for the run that a crash left behind.
 */
export async function beginScan(
  db: Database,
  runId: string,
): Promise<typeof runs.$inferSelect | null> {
  const [begun] = await db
    .update(runs)
    .set({ status: 'running', startedAt: sql`now()` })
    .where(
      and(
        eq(runs.id, runId),
        eq(runs.status, 'queued'),
        sql`(dry_run or user_ids is not null or not exists (
          select from ${runs} other
          where other.type = ${runs.type} and other.status = 'running'
            and not other.dry_run and other.user_ids is null
            and (not other.scan_done or exists (
              select from ${batches} b where b.run_id = other.id and b.state = 'planned'))))`,
      ),
    )
    .returning()
    .catch(error => {
      // Two runs of a type that begin at the same instant: the index lets one through.
      if (!isUniqueViolation(error)) throw error
      return []
    })
  const [run] = begun ? [begun] : await db.select().from(runs).where(eq(runs.id, runId))
  return run?.status === 'running' && !run.scanDone ? run : null
}

function isUniqueViolation(error: { cause?: { code?: string } }): boolean {
  return error.cause?.code === '23505'
}
