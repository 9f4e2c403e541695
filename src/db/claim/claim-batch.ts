import type { ClaimedBatch, Claims } from '../../core/claim/claims.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction, preferIndexScans } from '../client/in-transaction.ts'
import { despiteFaultyRows, type WriteHostRows } from '../record/write-host-rows.ts'
import { type ClaimOptions, claimPlanned } from './claim-planned.ts'
import { claimRetry } from './claim-retry.ts'
import { isBatchHeldByGuard } from './is-held-by-guard.ts'
import { lockBatch } from './lock-batch.ts'

/** Implements `Claims.claim`, in one transaction. */
export function claimBatch(
  db: Database,
  batchId: string,
  buildRequest: Parameters<Claims['claim']>[1],
  options: ClaimOptions,
): Promise<ClaimedBatch | null> {
  const claim = async (tx: Transaction, writeRows: WriteHostRows) => {
    const batch = await lockBatch(tx, batchId)
    if (!batch) return null
    if (batch.state === 'planned') return claimPlanned(tx, batch, buildRequest, options)
    const guard = { deliverTo: options.deliverTo, deliverOnly: options.rules.deliverOnly }
    if (await isBatchHeldByGuard(tx, batch.id, guard)) return null
    return claimRetry(tx, batch, options.leaseMs, writeRows)
  }
  return despiteFaultyRows(writeRows =>
    inTransaction(db, tx => claim(tx, writeRows), undefined, preferIndexScans),
  )
}
