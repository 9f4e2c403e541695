import { randomUUIDv7 } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import type { PagePlan } from '../../core/scan/plan-page.ts'
import type { PageStep, ScannedRun } from '../../core/scan/scan-store.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { asyncCommit, inTransaction } from '../client/in-transaction.ts'
import type { Jobs } from '../runs/jobs.ts'
import { batches, runs } from '../schema.ts'

/**
 * Writes the batches of a page, enqueues them and moves the cursor in one transaction, so a crash
 * leaves the whole page or nothing. Resolves to false, with nothing written, if the run has ended
 * or another process has moved its cursor.
 */
export function applyPage(
  db: Database,
  from: ScannedRun,
  step: PageStep,
  jobs: Jobs,
): Promise<boolean> {
  return inTransaction(db, tx => applyStep(tx, from, step, jobs), undefined, asyncCommit)
}

/** Applies a page within the caller's transaction. */
export async function applyStep(
  tx: Transaction,
  from: ScannedRun,
  { plan, next, followUpAt }: PageStep,
  jobs: Jobs,
): Promise<boolean> {
  const { cursor, scanDone, remainder, counts: scanCounts, heldUntil } = next
  // A dry run has no batches to wait for.
  const end = { status: 'completed', finishedAt: sql`now()` } as const
  const moved = await tx
    .update(runs)
    .set({
      cursor,
      scanDone,
      remainder,
      scanCounts,
      heldUntil,
      ...(scanDone && next.dryRun && end),
    })
    .where(
      and(
        eq(runs.id, from.id),
        eq(runs.status, 'running'),
        eq(runs.scanDone, false),
        sql`${runs.cursor} is not distinct from ${from.cursor}`,
      ),
    )
    .returning({ id: runs.id })
  if (moved.length === 0) return false
  if (!next.dryRun && plan.batches.length > 0) await enqueue(tx, jobs, from.id, plan.batches)
  if (followUpAt) await jobs.startLater(tx, from.type, followUpAt)
  return true
}

async function enqueue(
  tx: Transaction,
  jobs: Jobs,
  runId: string,
  planned: PagePlan['batches'],
): Promise<void> {
  const rows = planned.map(batch => ({ ...batch, id: randomUUIDv7(), runId }))
  await tx.insert(batches).values(rows)
  await jobs.deliver(
    tx,
    rows.map(row => ({ batchId: row.id, runId })),
  )
}
