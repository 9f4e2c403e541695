import { randomUUIDv7 } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import { planPage, type Remainder, type ScanCounts } from '../../core/scan/plan-page.ts'
import type { Rules } from '../../core/scan/rules.ts'
import type { Database, Transaction } from '../connect.ts'
import { byIndex, inTransaction } from '../in-transaction.ts'
import type { Jobs } from '../jobs.ts'
import type { Whom } from '../rules/verdicts.ts'
import { batches, runs } from '../schema.ts'
import { planShadowEmails, takeShadowTurn } from '../shadow/plan-emails.ts'
import { judgePage } from './judge-page.ts'

export interface ScanPageOptions {
  rules: Rules
  jobs: Jobs
  /** People a page. */
  pageSize: number
}

/**
 * Scans the next page of a run: judges its people, plans batches for the due ones, enqueues them and
 * moves the cursor, all in one transaction. A crash leaves either the whole page or nothing of it.
 * False after the last page, and where another process holds this run's scan.
 */
export async function scanPage(
  db: Database,
  runId: string,
  { rules, jobs, pageSize }: ScanPageOptions,
): Promise<boolean> {
  const scan = async (tx: Transaction) => {
    const [run] = await tx
      .select()
      .from(runs)
      .where(and(eq(runs.id, runId), eq(runs.status, 'running'), eq(runs.scanDone, false)))
      .for('update', { skipLocked: true })
    if (!run) return false

    const shadow = run.shadow ? await takeShadowTurn(tx) : undefined
    const page = await judgePage(tx, nextPeople(run, pageSize), rules, shadow)
    const scanDone = page.people < pageSize
    const before = { remainder: run.remainder as Remainder, counts: run.scanCounts as ScanCounts }
    const plan = planPage(run.type, page.due, before, scanDone, page.others)
    await tx
      .update(runs)
      .set({
        scanDone,
        cursor: page.last ?? run.cursor,
        remainder: scanDone || run.dryRun ? {} : plan.remainder,
        scanCounts: plan.counts,
      })
      .where(eq(runs.id, runId))
    if (!run.dryRun && plan.batches.length > 0) await enqueue(tx, jobs, runId, plan.batches)
    // Of a dry run nothing was left over from the page before.
    if (shadow) await planShadowEmails(tx, runId, plan, rules, shadow)
    return !scanDone
  }
  return inTransaction(db, scan, undefined, byIndex)
}

/** The next people with something unread, or of those that the run was asked for. */
function nextPeople(run: typeof runs.$inferSelect, pageSize: number): Whom {
  if (!run.userIds) return { behind: run.cursor, limit: pageSize }
  const behind = run.cursor ? sql`where id > ${run.cursor}` : sql``
  // Distinct: the request may have named somebody twice, in capitals as well.
  return sql`select distinct id as user_id from unnest(${sql.param(run.userIds)}::uuid[]) as id
    ${behind} order by id limit ${pageSize}`
}

async function enqueue(
  tx: Transaction,
  jobs: Jobs,
  runId: string,
  planned: ReturnType<typeof planPage>['batches'],
): Promise<void> {
  const rows = planned.map(batch => ({ ...batch, id: randomUUIDv7(), runId }))
  await tx.insert(batches).values(rows)
  await jobs.deliver(
    tx,
    rows.map(row => ({ batchId: row.id, runId })),
  )
}
