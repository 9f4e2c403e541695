import { type SQL, sql } from 'drizzle-orm'
import { type Attempt, MAX_IDS, type NotificationRange } from '../../core/audit/audit.ts'
import { errorCode, outcomeOf } from '../../core/audit/outcome.ts'
import { displayName } from '../rules/display-name.ts'
import { fromUtc } from '../rules/utc.ts'
import { attempts, deliveries, users } from '../schema.ts'

/** An attempt as the database returns it: a row of the host's table and the service's own data. */
export type AttemptRow = {
  id: string
  user_id: string
  email_type: string
  /** In UTC, to the microsecond. */
  sent_at: string
  notification_ids: string[] | null
  notification_count: number
  success: boolean
  error_message: string | null
  number: number | null
  delivery_id: string
  run_id: string
  address: string
  sent_to: string | null
  provider_id: string | null
  progress: string | null
  subject: string | null
  /** Null if there is a delivery. */
  person: { name: string; address: string } | null
}

/** The range of a list. */
export const firstIds: NotificationRange = { skip: 0, limit: MAX_IDS }

/**
 * The columns of an `AttemptRow`, with a range of its ids or all; needs `e` and the joins of `attemptJoins`.
 */
export const attemptColumns = (range: NotificationRange | 'all'): SQL => sql`
  e.id, e.user_id, coalesce(e.email_type::text, '') as email_type,
  ${toIsoMicros(sql`e.sent_at`)} as sent_at,
  ${idsIn(range)} as notification_ids,
  coalesce(cardinality(e.notification_ids), 0) as notification_count,
  e.success, e.error_message, a.number, a.delivery_id, d.run_id, d.address, d.sent_to, d.provider_id,
  d.progress, d.subject,
  case when a.number is null then (
    select jsonb_build_object('name', ${displayName}, 'address', u.email)
    from ${users} u where u.userid = e.user_id) end as person`

export const attemptJoins: SQL = sql`
  left join ${attempts} a on a.email_id = e.id
  left join ${deliveries} d on d.id = a.delivery_id`

export function toAttempt(row: AttemptRow): Attempt {
  const { success, error_message: errorMessage } = row
  return {
    id: row.id,
    userId: row.user_id,
    emailType: row.email_type,
    sentAt: fromUtc(row.sent_at),
    notificationIds: row.notification_ids ?? [],
    notificationCount: row.notification_count,
    success,
    errorMessage,
    outcome: outcomeOf(success, errorCode(errorMessage)),
    delivery:
      row.number === null
        ? null
        : {
            id: row.delivery_id,
            attempt: row.number,
            runId: row.run_id,
            address: row.address,
            sentTo: row.sent_to,
            providerId: row.provider_id,
            progress: row.progress,
            subject: row.subject,
          },
    ...(row.number === null && { person: row.person }),
  }
}

/** Another program's array may begin at any index. */
function idsIn(range: NotificationRange | 'all'): SQL {
  if (range === 'all') return sql`e.notification_ids[:]`
  const first = sql`array_lower(e.notification_ids, 1) + ${range.skip}::int`
  return sql`e.notification_ids[${first} : ${first} + ${range.limit - 1}::int]`
}

/** A `timestamp` as ISO 8601 with microseconds, whatever the DateStyle; also `infinity` and years BC. */
export function toIsoMicros(timestamp: SQL): SQL {
  return sql`to_jsonb(${timestamp}::timestamp) #>> '{}'`
}
