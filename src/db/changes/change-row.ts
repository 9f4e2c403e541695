import { type SQL, sql } from 'drizzle-orm'
import type { Change, ChangeSource, ChangeType } from '../../core/changes/change.ts'

export interface ChangeRow extends Record<string, unknown> {
  position: number
  item: number
  type: ChangeType
  at: string
  by: ChangeSource | null
  user_id: string | null
  email_id: string | null
  run_id: string | null
  detail: Record<string, unknown> | null
}

/** The changes in the rows `c` (changes): one for each email, or one without. In a session in UTC. */
export const changeItems: SQL = sql`cross join lateral (
    select * from unnest(c.user_ids, c.email_ids) with ordinality as of_user(user_id, email_id, item)
    union all select null, null, 1 where c.user_ids is null
  ) i`

export const changeColumns: SQL = sql`c.position::float8 as position, i.item::int as item, c.type,
  to_jsonb(c.at) #>> '{}' as at, c.by, i.user_id, i.email_id, c.run_id, c.detail`

export function toChange(row: ChangeRow): Change {
  const { type, by, detail } = row
  return {
    id: `${row.position}-${row.item}`,
    ...{ type, at: new Date(row.at), by },
    ...{ userId: row.user_id, emailId: row.email_id, runId: row.run_id, detail },
  }
}
