import { type SQL, sql } from 'drizzle-orm'
import { users } from '../schema.ts'

/**
 * A query for the text of a column of `users` that the host may not have: one row, null without the
 * column. PostgreSQL resolves a name in the innermost table first, then in `absent`. The role needs
 * a right on this column only.
 */
export function readOptionalColumn(column: string, userId: SQL): SQL {
  const name = sql.identifier(column)
  return sql`
    select to_jsonb(found.value) #>> '{}'
    from (select null::text as ${name}) as absent
    cross join lateral (
      select ${name} as value from ${users} as found_user where found_user.userid = ${userId}
    ) as found`
}
