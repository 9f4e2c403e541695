import { type SQL, sql } from 'drizzle-orm'

/**
 * Parses a host's time as PostgreSQL prints it, whatever the session's time zone: without an offset
 * it is UTC (a `timestamp`), with an offset it comes from a `timestamptz`. Null for what a host may store
 * and a calendar cannot show: `infinity`, or a year before 1 or after 9999.
 */
export function fromUtc(text: string): Date | null {
  const [time, offset] = text.replace(' ', 'T').split(/(?<=:\d\d(?:\.\d+)?)(?=[+-])/)
  const date = new Date(`${time}${offset ? offset.padEnd(6, ':00') : 'Z'}`)
  return Number.isNaN(date.getTime()) ? null : date
}

/**
 * Seconds since 1970 of a time column. PostgreSQL computes them independently of the session's time
 * zone, reading a `timestamp` as UTC. Comparing the columns themselves would apply that zone to one
 * of them.
 */
export function epochOf(column: string): SQL {
  return sql`date_part('epoch', ${sql.raw(column)})`
}

/**
 * Seconds since 1970 of the time that many days of 24 hours before this transaction began. As a
 * subquery it is evaluated once, not for each row it is compared with.
 */
export function epochDaysAgo(days: number): SQL {
  return sql`(select date_part('epoch', now()) - ${days * 86_400}::float8)`
}

/**
 * The same time as a `timestamp`, to compare directly with a host's column. This needs a session in
 * UTC (`inTransaction`). For conditions on every row: `epochOf` costs more than the comparison.
 */
export function daysAgo(days: number): SQL {
  return sql`(select (now() at time zone 'utc') - ${days}::float8 * interval '24 hours')`
}
