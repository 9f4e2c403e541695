import { type SQL, sql } from 'drizzle-orm'
import type { EmailType } from '../../core/render/digest.ts'
import type { Rules, Verdict } from '../../core/scan/rules.ts'
import {
  attempts,
  claims,
  deliveries,
  notificationEmailsSent,
  notifications,
  recipients,
  shadowEmails,
  suppressions,
  userPrivacySettings,
  users,
} from '../schema.ts'
import { epochDaysAgo, epochOf } from './utc.ts'

/** One row of `verdictsOf`. */
export interface VerdictRow extends Record<string, unknown> {
  user_id: string
  address: string
  name: string
  reminder_round: number
  new_verdict: Verdict
  reminder_verdict: Verdict
}

/**
 * Judges as if Tidings alone had mailed since this moment (a query with one instant): what the record
 * says since then counts for nothing, and what shadow runs have planned since then counts as mailed.
 */
export type Shadow = { since: SQL } | undefined

/** Whether a new_notifications email of ours has claimed `n` (notifications). */
export const isClaimed = sql`exists (
  select from ${claims} k where k.notification_id = n.id and k.email_type = 'new_notifications')`

/** Whether `n` was mailed before adoption, as `r` (recipients) has it. */
export const isBaseline = sql`
  ${epochOf('n.created_at')} <= coalesce(${epochOf('r.carried_until')}, '-infinity')`

/**
 * Whether `n` was mailed by somebody else, such as the cron route that Tidings replaces: an accepted
 * new_notifications email names it, or is not ours and not older than it. Whoever else mails goes by
 * time, so what is committed late is taken for mailed as it is there; it may still be reminded of.
 */
export function isMailedElsewhere(shadow?: Shadow): SQL {
  // The bound is for the index; the session's zone may shift it, and the day makes up for that.
  return sql`exists (
    select from ${notificationEmailsSent} e
    where e.user_id = n.user_id and e.success and e.email_type = 'new_notifications'
      and e.sent_at > n.created_at - interval '1 day' ${isBefore(shadow)}
      and (n.id::text = any(e.notification_ids)
        or (${epochOf('e.sent_at')} >= ${epochOf('n.created_at')}
          and not exists (select from ${attempts} a where a.email_id = e.id))))`
}

/** Of an email `e`: that the shadow had not begun. */
function isBefore(shadow: Shadow): SQL {
  return shadow ? sql`and ${epochOf('e.sent_at')} < date_part('epoch', ${shadow.since})` : sql``
}

/**
 * Which unread notifications `n` an email of this type stands for. Wants `n` (notifications) and `r`
 * (recipients) in scope. Of our own emails ids decide what was carried, not times: a notification may
 * be committed after an email that is younger than it. The dearest look-up comes last, so that only
 * what would be mailed pays for it.
 */
export function carries(type: EmailType, rules: Rules, shadow?: Shadow): SQL {
  if (type === 'outstanding_reminder') {
    return sql`${epochOf('n.created_at')} < ${epochDaysAgo(rules.outstandingAfterDays)}`
  }
  const notPlanned = shadow
    ? sql`and not exists (
        select from ${shadowEmails} h
        where h.user_id = n.user_id and h.email_type = 'new_notifications'
          and h.planned_at >= ${shadow.since} and n.id = any(h.notification_ids))`
    : sql``
  return sql`${epochOf('n.created_at')} >= ${epochDaysAgo(rules.newMaxAgeDays)}
    and not ${isBaseline} and not ${isClaimed} ${notPlanned}
    and not ${isMailedElsewhere(shadow)}`
}

/** Whether an accepted email `e` (notification_emails_sent) still keeps a reminder back. */
export function isRecent(rules: Rules, shadow?: Shadow): SQL {
  // The first bound is for the index; the session's zone may shift it, and the day makes up for that.
  return sql`e.sent_at > (now() at time zone 'utc')
      - make_interval(days => ${rules.reminderCooldownDays + 1}::int)
    and ${epochOf('e.sent_at')} > ${epochDaysAgo(rules.reminderCooldownDays)} ${isBefore(shadow)}`
}

/** What can stand alone in a `To`: the provider refuses the rest, and some of it is header syntax. */
const ADDRESS = '^[^@[:space:]<>,;:"]+@[^@[:space:]<>,;:"]+\\.[^@[:space:]<>,;:".]+$'

/** Whether the address of `u` (users) can be mailed at all. */
export const isAddressable = sql`coalesce(u.email, '') ~ ${ADDRESS}`

/** Whether emails are on for whom `s` (user_privacy_settings) is of; who has no row has them on. */
export const isSwitchedOn = sql`coalesce(s.notification_emails_enabled, true)`

/** Unread and undeleted, in the words of the partial index that serves it. */
export const isUnread = sql`not n.is_read and not n.is_deleted`

/**
 * The rules, for every person in `candidates` (a query with one column, `user_id`). The one place
 * where they stand: the scan, the dry run and the claim all ask here.
 *
 * Each look-up is lateral and for one person, so that a page costs what its people cost, however many
 * others are stored. What is asked of the person is asked last, and only of those who would be mailed:
 * the first steps need nothing but the partial index.
 */
export function verdictsOf(candidates: SQL, rules: Rules, shadow?: Shadow): SQL {
  const mayRemind = sql`unread.fresh = 0 and unread.outstanding > 0`
  const orPlanned = shadow
    ? sql`union all select true from ${shadowEmails} h where ${mayRemind}
        and h.user_id = c.user_id and h.planned_at >= ${shadow.since}
        and h.planned_at > now() - ${rules.reminderCooldownDays} * interval '24 hours'`
    : sql``
  return sql`
    select user_id, address, name, reminder_round,
      case when is_unknown then 'unknown_user'
           when fresh = 0 then 'nothing_new'
           else coalesce(obstacle, 'due') end as new_verdict,
      case when is_unknown then 'unknown_user'
           when obstacle is not null then obstacle
           when fresh > 0 then 'new_notifications_due'
           when outstanding = 0 then 'nothing_outstanding'
           when recently_mailed then 'cooldown'
           else 'due' end as reminder_verdict
    from (
      select c.user_id, person.address, person.name,
        coalesce(r.reminder_round, 0) as reminder_round,
        unread.fresh, unread.outstanding, recent.is_so is not null as recently_mailed,
        person.obstacle,
        person.user_id is null and (unread.total = 0 or wanted.is_so) as is_unknown
      from (${candidates}) c
      left join lateral (
        select * from ${recipients} where user_id = c.user_id limit 1
      ) r on true
      cross join lateral (
        select count(*) as total,
          count(*) filter (where ${carries('new_notifications', rules, shadow)}) as fresh,
          count(*) filter (where ${carries('outstanding_reminder', rules)}) as outstanding
        from ${notifications} n
        where n.user_id = c.user_id and ${isUnread}
      ) unread
      left join lateral (
        select true as is_so from ${notificationEmailsSent} e
        where ${mayRemind} and e.user_id = c.user_id and e.success
          and ${isRecent(rules, shadow)}
        ${orPlanned}
        limit 1
      ) recent on true
      cross join lateral (
        select unread.fresh > 0 or (unread.outstanding > 0 and recent.is_so is null) as is_so
      ) wanted
      left join lateral (
        select u.userid as user_id, u.email as address,
          coalesce(nullif(u.public_display_name, ''), u.username, '') as name,
          case when not wanted.is_so then null
               when not ${isSwitchedOn} then 'opted_out'
               when not ${isAddressable} then 'invalid_address'
               when b.address is not null then 'suppressed'
               when d.id is not null then 'in_flight' end as obstacle
        from ${users} u
        left join ${userPrivacySettings} s on s.user_id = u.userid
        left join ${suppressions} b on b.address = lower(u.email)
        left join ${deliveries} d on d.user_id = u.userid and d.closed_at is null
        where (wanted.is_so or unread.total = 0) and u.userid = c.user_id
        limit 1
      ) person on true
    ) facts
    order by user_id`
}
