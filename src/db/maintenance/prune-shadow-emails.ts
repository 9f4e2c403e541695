import { sql } from 'drizzle-orm'
import type { Rules } from '../../core/scan/rules.ts'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { shadowEmails } from '../schema.ts'

/** Days beyond what the rules need, for comparisons. */
const MARGIN_DAYS = 30

/** Deletes shadow emails that no rule needs any more, oldest first, `pageSize` per transaction. */
export async function* pruneShadowEmails(
  db: Database,
  { newMaxAgeDays, reminderCooldownDays }: Rules,
  pageSize = 2_000,
): AsyncGenerator<number> {
  const days = Math.max(newMaxAgeDays, reminderCooldownDays) + MARGIN_DAYS
  for (let deleted = pageSize; deleted === pageSize; ) {
    const rows = await inTransaction(db, tx =>
      tx.execute(sql`
        delete from ${shadowEmails} where (user_id, run_id) in (
          select user_id, run_id from ${shadowEmails}
          where planned_at < now() - make_interval(days => ${days}::int)
          order by planned_at limit ${pageSize} for update skip locked
        ) returning user_id`),
    )
    deleted = rows.length
    yield deleted
  }
}
