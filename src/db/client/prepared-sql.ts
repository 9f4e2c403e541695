import { type SQL, sql } from 'drizzle-orm'

/** How a statement begins that is to be prepared. */
export const PREPARED = '/* plan kept */'

/**
 * As Drizzle's `sql`, for a statement that each connection prepares: PostgreSQL parses it once, and soon
 * plans it no more, which took a fifth of its time for an email. Behind a pooler nothing is prepared.
 *
 * A kept plan was made for other parameters, and for tables that may have held little. So this is only
 * for statements that find all their rows by look-ups, whatever PostgreSQL takes to be stored
 * (docs/decisions/kept-plans.md).
 */
export function preparedSql(text: TemplateStringsArray, ...values: unknown[]): SQL {
  return sql`${sql.raw(PREPARED)} ${sql(text, ...values)}`
}
