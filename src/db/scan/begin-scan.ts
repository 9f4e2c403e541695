import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { batches, runs } from '../schema.ts'

/**
 * Moves a run from queued to running, unless another run of its type is still scanning or has
 * batches to claim; one that waits for answers, or whose claims fail, does not block it. Resolves to the run while it
 * has pages left, so a run interrupted by a crash continues.
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
              select from ${batches} b where b.run_id = other.id and b.state = 'planned' and b.failures = 0))))`,
      ),
    )
    .returning()
    .catch(error => {
      // If two runs of a type begin at once, the unique index admits one.
      if (!isUniqueViolation(error)) throw error
      return []
    })
  const [run] = begun ? [begun] : await db.select().from(runs).where(eq(runs.id, runId))
  return run?.status === 'running' && !run.scanDone ? run : null
}

function isUniqueViolation(error: { cause?: { code?: string } }): boolean {
  return error.cause?.code === '23505'
}
