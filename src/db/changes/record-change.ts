import { type SQL, sql } from 'drizzle-orm'
import type { ChangeSource, ChangeType } from '../../core/changes/change.ts'
import { changes } from '../schema.ts'

export interface NewChange {
  type: ChangeType
  by?: ChangeSource | null
  /** Expressions of the query `from`, for all of its rows together. */
  userIds?: SQL
  emailIds?: SQL
  runId?: SQL
  detail?: SQL
}

/** Of rows with `user_id`, `email_id` and `run_id`, all of one run. */
export const ofEmails = {
  userIds: sql`array_agg(user_id)`,
  emailIds: sql`array_agg(email_id)`,
  runId: sql`(array_agg(run_id))[1]`,
} satisfies Partial<NewChange>

/**
 * The statement that records a change in the transaction of the change itself, as one row for all
 * the emails of a batch; nothing if `from` has no rows. May stand in a WITH.
 */
export function insertChange(change: NewChange, from: SQL): SQL {
  const { type, by = null, userIds, emailIds, runId, detail } = change
  return sql`
    insert into ${changes} (type, by, user_ids, email_ids, run_id, detail)
    select ${type}::text, ${by}::text, ${userIds ?? sql`null::uuid[]`}, ${emailIds ?? sql`null::uuid[]`},
      ${runId ?? sql`null::uuid`}, ${detail ?? sql`null::jsonb`}
    from ${from} having count(*) > 0`
}
