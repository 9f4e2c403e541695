import { and, eq } from 'drizzle-orm'
import type { Rules } from '../../core/scan/rules.ts'
import type { ScannedRun, ScanStore } from '../../core/scan/scan-store.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction, preferIndexScans } from '../client/in-transaction.ts'
import type { Jobs } from '../runs/jobs.ts'
import { runs } from '../schema.ts'
import { lockShadowPlanning, planShadowEmails } from '../shadow/plan-emails.ts'
import { applyStep } from './apply-page.ts'
import { evaluatePage } from './evaluate-page.ts'
import { findPageEnd } from './find-page-end.ts'
import { toScannedRun } from './scanned-run.ts'

/**
 * Evaluates and applies the next page of a shadow run in one transaction, since no claim evaluates
 * the rules again: emails that other shadow runs have planned count as sent. Null if the run has
 * ended or another process is scanning it.
 */
export function applyShadowPage(
  db: Database,
  runId: string,
  planStep: Parameters<ScanStore['applyShadowPage']>[1],
  { rules, jobs, pageSize }: { rules: Rules; jobs: Jobs; pageSize: number },
): Promise<ScannedRun | null> {
  const scan = async (tx: Transaction) => {
    const [row] = await tx
      .select()
      .from(runs)
      .where(and(eq(runs.id, runId), eq(runs.status, 'running'), eq(runs.scanDone, false)))
      .for('update', { skipLocked: true })
    if (!row) return null
    const run = toScannedRun(row)
    const shadow = await lockShadowPlanning(tx)
    const through = await findPageEnd(tx, run, pageSize)
    const step = planStep(run, await evaluatePage(tx, run, through, rules, shadow))
    await applyStep(tx, run, step, jobs)
    // Shadow runs are dry runs, so no remainder comes from the page before.
    await planShadowEmails(tx, runId, step.plan, rules, shadow)
    return step.next
  }
  return inTransaction(db, scan, undefined, preferIndexScans)
}
