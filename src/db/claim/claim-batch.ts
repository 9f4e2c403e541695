import { sql } from 'drizzle-orm'
import type { ClaimedBatch, Claims } from '../../core/claim/claims.ts'
import type { Rules } from '../../core/scan/rules.ts'
import type { Database, Transaction } from '../connect.ts'
import { inTransaction } from '../in-transaction.ts'
import { batches } from '../schema.ts'
import { claimPlanned } from './claim-planned.ts'
import { claimRepeat } from './claim-repeat.ts'

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

export type LockedBatch = NonNullable<Awaited<ReturnType<typeof lockBatch>>>

/** The batch's row, locked; nothing where it is not this worker's turn. */
async function lockBatch(tx: Transaction, batchId: string) {
  const [batch] = await tx
    .select()
    .from(batches)
    .where(
      // A job may come up a little before its time by this clock; a second does not matter.
      sql`${batches.id} = ${batchId} and ${batches.state} <> 'resolved'
        and ${batches.nextAttemptAt} <= now() + interval '1 second'
        and coalesce(${batches.leasedUntil} <= now(), true)`,
    )
    .for('update', { skipLocked: true })
  return batch
}
