import { type SQL, sql } from 'drizzle-orm'
import type {
  AttemptFilter,
  AttemptPage,
  AttemptPosition,
  NotificationRange,
} from '../../core/audit/audit.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { notificationEmailsSent } from '../schema.ts'
import { attemptConditions } from './attempt-conditions.ts'
import {
  type AttemptRow,
  attemptColumns,
  attemptJoins,
  firstIds,
  toAttempt,
  toIsoMicros,
} from './attempt-row.ts'

/** The rows that one page reads in a search without an index: 15 to 30 ms. */
const SEARCHED_ROWS = 10_000

/**
 * A page of attempts, newest first, starting after `after`. The order is by time and id, which
 * never change, so no row is repeated or skipped while attempts are inserted or settled. A search
 * that no index serves ends a page early, with the position to go on from.
 */
export function listAttempts(
  db: Database,
  filter: AttemptFilter,
  limit: number,
  after?: AttemptPosition,
  ids: NotificationRange | 'all' = firstIds,
): Promise<AttemptPage> {
  return inTransaction(db, async tx => {
    const { range, others, isSearch } = await attemptConditions(tx, filter)
    if (after) range.push(sql`(e.sent_at, e.id) < ${rowOf(after)}`)
    const end = isSearch ? await findSearchEnd(tx, range) : null
    if (end) range.push(sql`(e.sent_at, e.id) >= ${rowOf(end)}`)
    // Select the page first, so that only its rows are joined.
    const rows = await tx.execute<AttemptRow>(sql`
      select ${attemptColumns(ids)}
      from (
        select id, user_id, email_type, sent_at, notification_ids, success, error_message
        from ${notificationEmailsSent} e ${whereAll([...range, ...others])}
        order by e.sent_at desc, e.id desc limit ${limit + 1}
      ) e ${attemptJoins}
      order by e.sent_at desc, e.id desc`)
    const page = rows.slice(0, limit)
    const last = rows.length > limit ? page.at(-1) : undefined
    return {
      attempts: page.map(toAttempt),
      next: last ? { sentAt: last.sent_at, id: last.id } : end,
    }
  })
}

/** The last row that this page's search reads; null if it reads all that are left. */
async function findSearchEnd(tx: Transaction, range: SQL[]): Promise<AttemptPosition | null> {
  const [row] = await tx.execute<{ sent_at: string; id: string }>(sql`
    select ${toIsoMicros(sql`e.sent_at`)} as sent_at, e.id
    from ${notificationEmailsSent} e ${whereAll(range)}
    order by e.sent_at desc, e.id desc offset ${SEARCHED_ROWS - 1} limit 1`)
  return row ? { sentAt: row.sent_at, id: row.id } : null
}

function rowOf({ sentAt, id }: AttemptPosition): SQL {
  return sql`(${sentAt}::timestamp, ${id}::uuid)`
}

function whereAll(conditions: SQL[]): SQL {
  return conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``
}
