import { type SQL, sql } from 'drizzle-orm'

/**
 * A host's time as PostgreSQL writes it, whatever the session's zone: without an offset it is UTC, as
 * in a `timestamp`; with one it comes from a `timestamptz`.
 */
export function fromUtc(text: string): Date {
  const [time, offset] = text.replace(' ', 'T').split(/(?<=:\d\d(?:\.\d+)?)(?=[+-])/)
  return new Date(`${time}${offset ? offset.padEnd(6, ':00') : 'Z'}`)
}

/**
 * Seconds since 1970 of a time column. PostgreSQL counts them from a `timestamp` as if it were UTC, and
 * from a `timestamptz` as it is, both whatever the session's zone: to compare the columns themselves
 * would take that zone for one of the two.
 */
export function epochOf(column: string): SQL {
  return sql`date_part('epoch', ${sql.raw(column)})`
}

/**
 * The same of the moment that was so many days of 24 hours before this transaction began. As a query
 * of its own it is worked out once, and not for each row that it is compared with.
 */
export function epochDaysAgo(days: number): SQL {
  return sql`(select date_part('epoch', now()) - ${days * 86_400}::float8)`
}

/**
 * That moment as a time, to be compared with a host's column as it is, in a session in UTC alone (as
 * `inTransaction` makes one): for what is asked of every row, since `epochOf` costs more than the rest
 * of a comparison.
 */
export function daysAgo(days: number): SQL {
  return sql`(select (now() at time zone 'utc') - ${days}::float8 * interval '24 hours')`
}
