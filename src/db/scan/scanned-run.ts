import type { Remainder, ScanCounts } from '../../core/scan/plan-page.ts'
import type { ScannedRun } from '../../core/scan/scan-store.ts'
import type { runs } from '../schema.ts'

/** How far a run has scanned, and the users it is limited to. */
export type ScanPosition = Pick<ScannedRun, 'cursor' | 'userIds'>

export function toScannedRun(row: typeof runs.$inferSelect): ScannedRun {
  const { id, type, dryRun, shadow, userIds, cursor, heldUntil, scanDone } = row
  return {
    ...{ id, type, dryRun, shadow, userIds, cursor, heldUntil, scanDone },
    remainder: row.remainder as Partial<Remainder>,
    counts: row.scanCounts as ScanCounts,
  }
}
