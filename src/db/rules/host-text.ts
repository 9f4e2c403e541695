import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'

/**
 * A text column of the host's, compared and folded by the database's collation. With the column's
 * own, which may be nondeterministic, PostgreSQL refuses patterns and searches, and `=` ignores case.
 */
export const hostText = (column: SQLWrapper): SQL => sql`(${column}::text collate "default")`

/** The address of `u` (users). */
export const emailAddress = hostText(sql`u.email`)
