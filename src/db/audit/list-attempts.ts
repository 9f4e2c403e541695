import { type SQL, sql } from 'drizzle-orm'
import type { AttemptFilter, AttemptPage, AttemptPosition } from '../../core/audit/audit.ts'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { notificationEmailsSent } from '../schema.ts'
import { attemptConditions } from './attempt-conditions.ts'
import { type AttemptRow, attemptColumns, attemptJoins, toAttempt } from './attempt-row.ts'

/**
 * A page of attempts, newest first, starting after `after`. The order is by time and id, which
 * never change, so no row is repeated or skipped while attempts are inserted or settled.
 */
export function listAttempts(
  db: Database,
  filter: AttemptFilter,
  limit: number,
  after?: AttemptPosition,
): Promise<AttemptPage> {
  return inTransaction(db, async tx => {
    const conditions = await attemptConditions(tx, filter)
    if (after) {
      conditions.push(sql`(e.sent_at, e.id) < (${after.sentAt}::timestamp, ${after.id}::uuid)`)
    }
    // Select the page first, so that only its rows are joined.
    const rows = await tx.execute<AttemptRow>(sql`
      select ${attemptColumns}
      from (
        select id, user_id, email_type, sent_at, notification_ids, success, error_message
        from ${notificationEmailsSent} e ${whereAll(conditions)}
        order by e.sent_at desc, e.id desc limit ${limit + 1}
      ) e ${attemptJoins}
      order by e.sent_at desc, e.id desc`)
    const page = rows.slice(0, limit)
    const last = rows.length > limit ? page.at(-1) : undefined
    return {
      attempts: page.map(toAttempt),
      next: last ? { sentAt: last.sent_at, id: last.id } : null,
    }
  })
}

function whereAll(conditions: SQL[]): SQL {
  return conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``
}
