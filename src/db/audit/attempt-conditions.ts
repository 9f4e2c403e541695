import { type SQL, sql } from 'drizzle-orm'
import type { AttemptFilter } from '../../core/audit/audit.ts'
import type { Progress } from '../../core/events/progress.ts'
import type { Transaction } from '../client/connect.ts'
import {
  attempts,
  claims,
  deliveries,
  notificationEmailsSent,
  notifications,
  runs,
} from '../schema.ts'

/**
 * What an error line begins with: its code, as `errorCode` reads it, or any text. Not a regular
 * expression: at 80 µs a row, that made daily statistics four times slower.
 */
export const codeOf = sql`split_part(left(e.error_message, 64), ':', 1)`

/** Neither accepted nor in flight. Other programs may have written a failure without a message. */
const isFailure = sql`not e.success and coalesce(${codeOf}, '') <> 'pending'`

/** A time as the host's `timestamp` columns store it. */
export const inUtc = (time: Date) => sql`${time.toISOString()}::timestamptz at time zone 'utc'`

/** Conditions on a row `e` of notification_emails_sent. */
export interface AttemptConditions {
  /** On its time only. */
  range: SQL[]
  others: SQL[]
  /** Whether rows must be searched for an id that no index has. */
  isSearch: boolean
}

/** Some filters need a query first. */
export async function attemptConditions(
  tx: Transaction,
  filter: AttemptFilter,
): Promise<AttemptConditions> {
  const { userId, type, success, progress, from, to, notificationId, error, runId } = filter
  const id = notificationId?.toLowerCase()
  const owner = userId ?? (id && (await findOwner(tx, id)))
  return {
    range: [
      ...(from === undefined ? [] : [sql`e.sent_at >= ${inUtc(from)}`]),
      ...(to === undefined ? [] : [sql`e.sent_at < ${inUtc(to)}`]),
      ...(runId === undefined ? [] : duringRun(runId)),
    ],
    others: [
      ...(owner ? [sql`e.user_id = ${owner}::uuid`] : []),
      ...(type === undefined ? [] : [sql`e.email_type = ${type}`]),
      ...(success === undefined ? [] : [success ? sql`e.success` : sql`not e.success`]),
      ...(progress === undefined ? [] : [hasProgress(progress)]),
      ...(id === undefined ? [] : [sql`e.notification_ids @> array[${id}::text]`]),
      ...(error === undefined ? [] : [await hasError(tx, error)]),
      ...(runId === undefined ? [] : [isOfRun(runId)]),
    ],
    isSearch: id !== undefined && !owner,
  }
}

/**
 * The user of a notification, whose emails an index finds: a GIN index on the ids would make inserts
 * thirty times slower. A claim names the user of a deleted one; null for another mailer's or a pruned one.
 */
async function findOwner(tx: Transaction, id: string): Promise<string | null> {
  const [row] = await tx.execute<{ owner: string | null }>(sql`
    select coalesce(
      (select user_id from ${notifications} where id = ${id}::uuid),
      (select d.user_id from ${claims} k join ${deliveries} d on d.id = k.delivery_id
        where k.notification_id = ${id}::uuid limit 1)
    ) as owner`)
  return row?.owner ?? null
}

/** The latest attempt at an email of which the provider's events have last reported this. */
function hasProgress(progress: Progress): SQL {
  return sql`e.id in (
    select a.email_id from ${deliveries} d join ${attempts} a on a.delivery_id = d.id
    where d.progress = ${progress} and not exists (
      select from ${attempts} later where later.delivery_id = a.delivery_id and later.number > a.number))`
}

/** An attempt in flight is not a failure, but can be filtered by its code like one. */
async function hasError(tx: Transaction, error: string): Promise<SQL> {
  if (error === 'pending') {
    // Few rows: every attempt in flight belongs to an open delivery.
    return sql`not e.success and ${codeOf} = 'pending' and e.id in (
      select a.email_id from ${deliveries} d join ${attempts} a on a.delivery_id = d.id
      where d.closed_at is null)`
  }
  const hasCode = sql`${isFailure} and ${codeOf} = ${error}`
  const known = await tx.execute(sql`
    select from ${notificationEmailsSent} e where ${hasCode} limit 1`)
  if (known.length > 0) return hasCode
  return sql`${isFailure} and position(lower(${error}) in lower(e.error_message)) > 0`
}

/**
 * A run's attempts lie between its start and end, so the index on time finds them; `finished_at` is
 * when a transaction began, hence the extra minute.
 */
function duringRun(runId: string): SQL[] {
  const time = (which: SQL) =>
    sql`(select (${which}) at time zone 'utc' from ${runs} where id = ${runId}::uuid)`
  return [
    sql`e.sent_at >= ${time(sql`created_at`)}`,
    sql`e.sent_at <= ${time(sql`coalesce(finished_at + interval '1 minute', 'infinity')`)}`,
  ]
}

/** The scalar subquery avoids a join, which would sort all deliveries of a big run. */
function isOfRun(runId: string): SQL {
  return sql`(select d.run_id from ${attempts} a join ${deliveries} d on d.id = a.delivery_id
    where a.email_id = e.id) = ${runId}::uuid`
}
