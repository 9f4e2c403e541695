import type { ClaimedBatch, Claims } from '../../core/claim/claims.ts'
import type { Rules } from '../../core/scan/rules.ts'
import type { Database } from '../connect.ts'
import { inTransaction } from '../in-transaction.ts'
import { claimPlanned } from './claim-planned.ts'
import { claimRepeat } from './claim-repeat.ts'
import { lockBatch } from './lock-batch.ts'

export interface ClaimOptions {
  rules: Rules
  /** For how long nobody else may send this batch; longer than a request can take. */
  leaseMs: number
}

/** Claims a batch as `Claims` promises, in one transaction. */
export function claimBatch(
  db: Database,
  batchId: string,
  freeze: Parameters<Claims['claim']>[1],
  { rules, leaseMs }: ClaimOptions,
): Promise<ClaimedBatch | null> {
  return inTransaction(db, async tx => {
    const batch = await lockBatch(tx, batchId)
    if (!batch) return null
    if (batch.state === 'planned') return claimPlanned(tx, batch, freeze, rules, leaseMs)
    return claimRepeat(tx, batch, leaseMs)
  })
}
