import { judgeAhead, type Scan } from '../../core/scan/judge-ahead.ts'
import type { Rules } from '../../core/scan/rules.ts'
import type { Database } from '../connect.ts'
import type { Jobs } from '../jobs.ts'
import { applyPage, type ScannedRun } from './apply-page.ts'
import { beginScan } from './begin-scan.ts'
import { judgeNextPage } from './judge-page.ts'
import { scanShadowPage } from './scan-shadow-page.ts'

export interface ScanOptions {
  rules: Rules
  jobs: Jobs
  /** Unread notifications a page, or people where the run is for certain ones. */
  pageSize: number
}

/**
 * Begins the scan of a run, or goes on with it: judges its pages ahead, two at a time, and plans each in
 * a transaction of its own. So it takes up to three connections. Of a shadow run each page has to see
 * what others have planned, and is judged where it is planned. Null where there is nothing to scan, as
 * `beginScan` has it.
 */
export async function openScan(
  db: Database,
  runId: string,
  options: ScanOptions,
): Promise<Scan | null> {
  const begun = await beginScan(db, runId)
  if (!begun) return null
  if (begun.shadow) {
    return { nextPage: () => scanShadowPage(db, runId, options), end: async () => {} }
  }
  let run: ScannedRun = begun
  const { userIds } = begun
  return judgeAhead(
    {
      judge: (cursor, endsWith) => judgeNextPage(db, { cursor, userIds }, options, endsWith),
      async apply(page) {
        const moved = await applyPage(db, run, page, options.jobs)
        run = moved ?? run
        return moved?.scanDone === false
      },
    },
    begun.cursor,
  )
}
