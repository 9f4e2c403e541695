import { type SQL, sql } from 'drizzle-orm'
import { users } from '../schema.ts'

/**
 * A query for a column of `users` that the host may not have: a row with its text, whatever its type is,
 * and null where there is no such column. PostgreSQL looks a name up in the innermost table first, and
 * then in `absent`. The role needs a right on this column, and on no other.
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
