import { type SQL, sql } from 'drizzle-orm'

/** The prefix of a statement that is to be prepared. */
export const PREPARED = '/* prepared */'

/**
 * Like Drizzle's `sql`, for a statement that each connection prepares, unless behind a pooler.
 * PostgreSQL then reuses its plan, even for other parameters and larger tables, so use it only for
 * statements that find all rows by lookups (docs/decisions/kept-plans.md).
 */
export function preparedSql(text: TemplateStringsArray, ...values: unknown[]): SQL {
  return sql`${sql.raw(PREPARED)} ${sql(text, ...values)}`
}
