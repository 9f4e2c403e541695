import { randomUUIDv7 } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
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

/** A run as its scan knows it: what is planned follows from where the cursor stands. */
export type ScannedRun = Pick<
  typeof runs.$inferSelect,
  'id' | 'type' | 'dryRun' | 'cursor' | 'scanDone' | 'remainder' | 'scanCounts'
>

/**
 * Plans batches for the due people of a judged page, enqueues them and moves the cursor, all in one
 * transaction: a crash leaves either the whole page or nothing of it. Resolves to the run as it is then;
 * to null, with nothing done, where the cursor is not where the page begins, since another process has
 * this run's scan, or where the run has ended.
 */
export function applyPage(
  db: Database,
  run: ScannedRun,
  page: JudgedPage,
  jobs: Jobs,
): Promise<ScannedRun | null> {
  const apply = async (tx: Transaction) => (await planOn(tx, run, page, jobs))?.run ?? null
  return inTransaction(db, apply, undefined, unhurried)
}

/** The same within a transaction; resolves to the page's plan as well. */
export async function planOn<Run extends ScannedRun>(
  tx: Transaction,
  run: Run,
  page: JudgedPage,
  jobs: Jobs,
): Promise<{ run: Run; plan: PagePlan } | null> {
  const scanDone = page.through === null
  const before = { remainder: run.remainder as Remainder, counts: run.scanCounts as ScanCounts }
  const plan = planPage(run.type, page.due, before, scanDone, page.others)
  const now = {
    scanDone,
    cursor: page.through ?? run.cursor,
    remainder: scanDone || run.dryRun ? {} : plan.remainder,
    scanCounts: plan.counts,
  }
  // Of a dry run there are no batches to wait for.
  const end = { status: 'completed', finishedAt: sql`now()` } as const
  const moved = await tx
    .update(runs)
    .set({ ...now, ...(scanDone && run.dryRun && end) })
    .where(
      and(
        eq(runs.id, run.id),
        eq(runs.status, 'running'),
        eq(runs.scanDone, false),
        // Whoever has moved it goes on from there, with what they have counted.
        sql`${runs.cursor} is not distinct from ${page.after}`,
      ),
    )
    .returning({ id: runs.id })
  if (moved.length === 0) return null
  if (!run.dryRun && plan.batches.length > 0) await enqueue(tx, jobs, run.id, plan.batches)
  return { run: { ...run, ...now }, plan }
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
