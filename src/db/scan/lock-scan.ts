import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../connect.ts'
import { runs } from '../schema.ts'

export type ScannedRun = typeof runs.$inferSelect

/** Locks a run whose scan goes on; undefined where it does not, and where another process has it. */
export async function lockScan(tx: Transaction, runId: string): Promise<ScannedRun | undefined> {
  const [run] = await tx
    .select()
    .from(runs)
    .where(and(eq(runs.id, runId), eq(runs.status, 'running'), eq(runs.scanDone, false)))
    // Not against who only points at the run, as a batch's row does until its commit.
    .for('no key update', { skipLocked: true })
  return run
}
