import type { Rules } from '../../core/scan/rules.ts'
import type { ScanStore } from '../../core/scan/scan-store.ts'
import type { Database } from '../client/connect.ts'
import type { Jobs } from '../runs/jobs.ts'
import { applyPage } from './apply-page.ts'
import { applyShadowPage } from './apply-shadow-page.ts'
import { beginScan } from './begin-scan.ts'
import { evaluateNextPage } from './evaluate-page.ts'
import { toScannedRun } from './scanned-run.ts'

export interface ScanOptions {
  rules: Rules
  jobs: Jobs
  /** Unread notifications per page, or users if the run is for specific users. */
  pageSize: number
}

export function createScanStore(db: Database, options: ScanOptions): ScanStore {
  return {
    async begin(runId) {
      const run = await beginScan(db, runId)
      return run && toScannedRun(run)
    },
    evaluatePage: (position, onEnd) => evaluateNextPage(db, position, options, onEnd),
    applyPage: (from, step) => applyPage(db, from, step, options.jobs),
    applyShadowPage: (runId, planStep) => applyShadowPage(db, runId, planStep, options),
  }
}
