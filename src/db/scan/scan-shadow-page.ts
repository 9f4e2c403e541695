import { and, eq } from 'drizzle-orm'
import type { Rules } from '../../core/scan/rules.ts'
import type { Database, Transaction } from '../connect.ts'
import { byIndex, inTransaction } from '../in-transaction.ts'
import type { Jobs } from '../jobs.ts'
import { runs } from '../schema.ts'
import { planShadowEmails, takeShadowTurn } from '../shadow/plan-emails.ts'
import { planOn } from './apply-page.ts'
import { findPageEnd } from './find-page-end.ts'
import { judgePage } from './judge-page.ts'

/**
 * Scans the next page of a shadow run, in one transaction: what other shadow runs have planned by then
 * counts as mailed, and no claim judges again. False after the last page, and where another process has
 * this run's scan.
 */
export function scanShadowPage(
  db: Database,
  runId: string,
  { rules, jobs, pageSize }: { rules: Rules; jobs: Jobs; pageSize: number },
): Promise<boolean> {
  const scan = async (tx: Transaction) => {
    const [run] = await tx
      .select()
      .from(runs)
      .where(and(eq(runs.id, runId), eq(runs.status, 'running'), eq(runs.scanDone, false)))
      .for('update', { skipLocked: true })
    if (!run) return false
    const shadow = await takeShadowTurn(tx)
    const upTo = await findPageEnd(tx, run, pageSize)
    const planned = await planOn(tx, run, await judgePage(tx, run, upTo, rules, shadow), jobs)
    // A dry run: nothing was left over from the page before.
    if (planned) await planShadowEmails(tx, runId, planned.plan, rules, shadow)
    return upTo !== null
  }
  return inTransaction(db, scan, undefined, byIndex)
}
