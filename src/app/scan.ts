import type { Config } from '../config/config.ts'
import type { Timing } from '../config/timing.ts'
import { createScan } from '../core/scan/create-scan.ts'
import { scanRun } from '../core/scan/scan-run.ts'
import type { Database } from '../db/client/connect.ts'
import type { Jobs } from '../db/runs/jobs.ts'
import { finishRunIfDone } from '../db/scan/finish-run.ts'
import { createScanStore } from '../db/scan/scan-store.ts'

export interface ScanParts {
  config: Pick<Config, 'rules'>
  db: Database
  jobs: Jobs
  timing: Pick<Timing, 'pageSize'>
}

/** Scans a run to its end, page by page. Other processes may scan the same run. */
export function createScanRunner({ config, db, jobs, timing }: ScanParts) {
  const { pageSize } = timing
  const store = createScanStore(db, { rules: config.rules, jobs, pageSize })
  const runEnd = { finishIfDone: (runId: string) => finishRunIfDone(db, jobs, runId) }
  return (runId: string, stopping: AbortSignal) =>
    scanRun(id => createScan(store, id), runEnd, runId, stopping)
}
