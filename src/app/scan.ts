import type { Config } from '../config/config.ts'
import type { Timing } from '../config/timing.ts'
import { scanRun } from '../core/scan/scan-run.ts'
import type { Database } from '../db/connect.ts'
import type { Jobs } from '../db/jobs.ts'
import { beginScan } from '../db/scan/begin-scan.ts'
import { finishRunIfDone } from '../db/scan/finish-run.ts'
import { scanPage } from '../db/scan/scan-page.ts'

export interface ScanParts {
  config: Pick<Config, 'rules'>
  db: Database
  jobs: Jobs
  timing: Pick<Timing, 'pageSize'>
}

/** Scans a run to its end, page by page, beside whoever else may be at it. */
export function makeScan({ config, db, jobs, timing }: ScanParts) {
  const { rules } = config
  const pages = {
    begin: (runId: string) => beginScan(db, runId),
    nextPage: (runId: string) => scanPage(db, runId, { rules, jobs, pageSize: timing.pageSize }),
  }
  const runEnd = { finishIfDone: (runId: string) => finishRunIfDone(db, jobs, runId) }
  return (runId: string, stopping: AbortSignal) => scanRun(pages, runEnd, runId, stopping)
}
