import { sql } from 'drizzle-orm'
import type {
  SuppressionFilter,
  SuppressionPage,
  SuppressionPosition,
} from '../../core/recipients/suppression.ts'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { isSuppressed } from '../rules/conditions.ts'
import { suppressions } from '../schema.ts'
import {
  type SuppressionRow,
  spellingsOf,
  suppressionColumns,
  toSuppression,
} from './suppression-row.ts'

/** Implements `Suppressions.list`. Reads every suppression, of which there are few. */
export function listSuppressions(
  db: Database,
  { state, reason, source, address }: SuppressionFilter,
  limit: number,
  after?: SuppressionPosition,
): Promise<SuppressionPage> {
  const conditions = [
    ...(state === 'all' ? [] : [state === 'active' ? isSuppressed : sql`not ${isSuppressed}`]),
    ...(reason ? [sql`split_part(b.reason, ':', 1) = ${reason}`] : []),
    ...(source ? [sql`b.source = ${source}`] : []),
    ...(address ? [sql`b.address in ${spellingsOf(address)}`] : []),
    ...(after
      ? [sql`(b.since, b.address) < (${after.since}::timestamptz, ${after.address}::text)`]
      : []),
    sql`true`,
  ]
  return inTransaction(db, async tx => {
    const rows = await tx.execute<SuppressionRow>(sql`
      select ${suppressionColumns} from ${suppressions} b
      where ${sql.join(conditions, sql` and `)}
      order by b.since desc, b.address desc limit ${limit + 1}`)
    const page = rows.slice(0, limit)
    const last = rows.length > limit ? page.at(-1) : undefined
    return {
      suppressions: page.map(toSuppression),
      next: last ? { since: last.since, address: last.address } : null,
    }
  })
}
