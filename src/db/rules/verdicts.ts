import { type SQL, sql } from 'drizzle-orm'
import type { EmailType } from '../../core/render/digest.ts'
import type { Rules, Verdict } from '../../core/scan/rules.ts'
import {
  claims,
  deliveries,
  notificationEmailsSent,
  notifications,
  recipients,
  suppressions,
  userPrivacySettings,
  users,
} from '../schema.ts'

/** One row of `verdictsOf`. */
export interface VerdictRow extends Record<string, unknown> {
  user_id: string
  address: string
  name: string
  reminder_round: number
  new_verdict: Verdict
  reminder_verdict: Verdict
}

const now = sql`(now() at time zone 'utc')`
const daysAgo = (days: number) => sql`${now} - make_interval(days => ${days}::int)`

/**
 * Which unread notifications `n` an email of this type stands for. Wants `n` (notifications) and `r`
 * (recipients) in scope. Ids decide what was carried, not times: a notification may be committed
 * after an email that is younger than it.
 */
export function carries(type: EmailType, rules: Rules): SQL {
  if (type === 'outstanding_reminder') {
    return sql`n.created_at < ${daysAgo(rules.outstandingAfterDays)}`
  }
  return sql`n.created_at >= ${daysAgo(rules.newMaxAgeDays)}
    and n.created_at > coalesce(r.carried_until, '-infinity')
    and not exists (
      select from ${claims} k where k.notification_id = n.id and k.email_type = 'new_notifications'
    )`
}

/** Unread and undeleted, in the words of the partial index that serves it. */
export const isUnread = sql`not n.is_read and not n.is_deleted`

/**
 * The rules, for every person in `candidates` (a query with one column, `user_id`). The one place
 * where they stand: the scan, the dry run and the claim all ask here.
 */
export function verdictsOf(candidates: SQL, rules: Rules): SQL {
  return sql`
    select user_id, address, name, reminder_round,
      case when person is not null then person
           when fresh > 0 then 'due'
           else 'nothing_new' end as new_verdict,
      case when person is not null then person
           when fresh > 0 then 'new_notifications_due'
           when outstanding = 0 then 'nothing_outstanding'
           when recently_mailed then 'cooldown'
           else 'due' end as reminder_verdict
    from (
      select c.user_id, u.email as address,
        coalesce(nullif(u.public_display_name, ''), u.username) as name,
        coalesce(r.reminder_round, 0) as reminder_round,
        unread.fresh, unread.outstanding, recent.email_id is not null as recently_mailed,
        case when u.userid is null then 'unknown_user'
             when not coalesce(s.notification_emails_enabled, true) then 'opted_out'
             when u.email !~ '^[^@[:space:]<>,;:"]+@[^@[:space:]<>,;:"]+\\.[^@[:space:]<>,;:".]+$'
               then 'invalid_address'
             when b.address is not null then 'suppressed'
             when d.id is not null then 'in_flight' end as person
      from (${candidates}) c
      left join ${users} u on u.userid = c.user_id
      left join ${userPrivacySettings} s on s.user_id = c.user_id
      left join ${recipients} r on r.user_id = c.user_id
      left join ${suppressions} b on b.address = lower(u.email)
      left join ${deliveries} d on d.user_id = c.user_id and d.closed_at is null
      cross join lateral (
        select count(*) filter (where ${carries('new_notifications', rules)}) as fresh,
          count(*) filter (where ${carries('outstanding_reminder', rules)}) as outstanding
        from ${notifications} n
        where n.user_id = c.user_id and ${isUnread}
      ) unread
      left join lateral (
        select e.id as email_id from ${notificationEmailsSent} e
        where unread.fresh = 0 and unread.outstanding > 0
          and e.user_id = c.user_id and e.success
          and e.sent_at > ${daysAgo(rules.reminderCooldownDays)}
        limit 1
      ) recent on true
    ) facts
    order by user_id`
}
