import type { Remainder, ScanCounts } from '../../core/scan/plan-page.ts'
import type { ScannedRun } from '../../core/scan/scan-store.ts'
import type { runs } from '../schema.ts'

/** Where a run's scan is, and for whom it is. */
export type ScanPosition = Pick<ScannedRun, 'cursor' | 'userIds'>

export function toScannedRun(row: typeof runs.$inferSelect): ScannedRun {
  const { id, type, dryRun, shadow, userIds, cursor, scanDone } = row
  return {
    ...{ id, type, dryRun, shadow, userIds, cursor, scanDone },
    remainder: row.remainder as Partial<Remainder>,
    counts: row.scanCounts as ScanCounts,
  }
}
