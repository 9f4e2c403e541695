import { sql } from 'drizzle-orm'
import type { Suppression } from '../../core/recipients/suppression.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { isSuppressed } from '../rules/conditions.ts'
import { suppressions } from '../schema.ts'
import {
  type SuppressionRow,
  spellingsOf,
  suppressionColumns,
  toSuppression,
} from './suppression-row.ts'

/** The suppression of an address, in force or lifted; null if it was never suppressed. */
export function findSuppression(db: Database, address: string): Promise<Suppression | null> {
  return inTransaction(db, tx => readSuppression(tx, address))
}

/** Of several spellings the one in force, a complaint first, as it decides whether a lift needs force. */
export async function readSuppression(
  tx: Transaction,
  address: string,
): Promise<Suppression | null> {
  const [row] = await tx.execute<SuppressionRow>(sql`
    select ${suppressionColumns} from ${suppressions} b
    where b.address in ${spellingsOf(address)}
    order by ${isSuppressed} desc, b.reason = 'complained' desc, b.address = lower(${address}) desc
    limit 1`)
  return row ? toSuppression(row) : null
}
