import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import {
  type PagePlan,
  planPage,
  type Remainder,
  type ScanCounts,
} from '../../core/scan/plan-page.ts'
import type { Database, Transaction } from '../connect.ts'
import { inTransaction, unhurried } from '../in-transaction.ts'
import type { Jobs } from '../jobs.ts'
import { batches, runs } from '../schema.ts'
import type { JudgedPage } from './judge-page.ts'
import { lockScan, type ScannedRun } from './lock-scan.ts'

/**
 * Plans batches for the due people of a judged page, enqueues them and moves the cursor, all in one
 * transaction: a crash leaves either the whole page or nothing of it. False after the last page, and
 * where another process has this run's scan, or has taken it past where the page begins.
 */
export function applyPage(
  db: Database,
  runId: string,
  page: JudgedPage,
  jobs: Jobs,
): Promise<boolean> {
  const apply = async (tx: Transaction) => {
    const run = await lockScan(tx, runId)
    // Whoever has moved the cursor since goes on from there.
    if (run?.cursor !== page.behind) return false
    await moveOn(tx, run, page, jobs)
    return page.upTo !== null
  }
  return inTransaction(db, apply, undefined, unhurried)
}

/** Writes what a page of a locked run comes to. Resolves to its plan. */
export async function moveOn(
  tx: Transaction,
  run: ScannedRun,
  page: JudgedPage,
  jobs: Jobs,
): Promise<PagePlan> {
  const scanDone = page.upTo === null
  const before = { remainder: run.remainder as Remainder, counts: run.scanCounts as ScanCounts }
  const plan = planPage(run.type, page.due, before, scanDone, page.others)
  await tx
    .update(runs)
    .set({
      scanDone,
      cursor: page.upTo ?? run.cursor,
      remainder: scanDone || run.dryRun ? {} : plan.remainder,
      scanCounts: plan.counts,
      // It has no batches to wait for.
      ...(scanDone && run.dryRun && { status: 'completed', finishedAt: sql`now()` }),
    })
    .where(eq(runs.id, run.id))
  if (!run.dryRun && plan.batches.length > 0) await enqueue(tx, jobs, run.id, plan.batches)
  return plan
}

async function enqueue(
  tx: Transaction,
  jobs: Jobs,
  runId: string,
  planned: PagePlan['batches'],
): Promise<void> {
  const rows = planned.map(batch => ({ ...batch, id: randomUUID(), runId }))
  await tx.insert(batches).values(rows)
  await jobs.deliver(
    tx,
    rows.map(row => ({ batchId: row.id, runId })),
  )
}
