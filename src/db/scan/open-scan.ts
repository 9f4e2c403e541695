import { judgeAhead, type Scan } from '../../core/scan/judge-ahead.ts'
import type { Rules } from '../../core/scan/rules.ts'
import type { Database } from '../connect.ts'
import type { Jobs } from '../jobs.ts'
import { applyPage } from './apply-page.ts'
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
  const run = await beginScan(db, runId)
  if (!run) return null
  if (run.shadow) {
    return { nextPage: () => scanShadowPage(db, runId, options), end: async () => {} }
  }
  return judgeAhead(
    {
      judge: (behind, endsWith) => judgeNextPage(db, { ...run, cursor: behind }, options, endsWith),
      apply: page => applyPage(db, runId, page, options.jobs),
    },
    run.cursor,
  )
}
