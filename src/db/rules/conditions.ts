import { type SQL, sql } from 'drizzle-orm'
import type { EmailType } from '../../core/email-type.ts'
import type { Rules } from '../../core/scan/rules.ts'
import { attempts, claims, notificationEmailsSent, shadowEmails } from '../schema.ts'
import { daysAgo, epochOf } from './utc.ts'

// What the rules ask of one notification, email or person, each in the words of SQL. How they make a
// verdict stands in verdicts.ts. All of it wants a session in UTC, as `inTransaction` makes one.

/**
 * Judges as if Tidings alone had mailed since this moment (a query with one instant): what the record
 * says since then counts for nothing, and what shadow runs have planned since then counts as mailed.
 */
export type Shadow = { since: SQL } | undefined

/**
 * Whether a new_notifications email of ours has claimed `n` (notifications). What `r` (recipients) has
 * at hand of that is a copy of claims that stay.
 */
export const isClaimed = sql`(n.id = any(coalesce(r.carried_ids, '{}')) or exists (
  select from ${claims} k where k.notification_id = n.id and k.email_type = 'new_notifications'
  -- Keeps it a look-up: else PostgreSQL makes a join of it, and may hash all that is stored for that.
  offset 0))`

/** Whether `n` was mailed before adoption, as `r` (recipients) has it. */
export const isBaseline = isBaselineAt('n.created_at')

export function isBaselineAt(column: string): SQL {
  return sql`${sql.raw(column)} <= coalesce(r.carried_until at time zone 'utc', '-infinity')`
}

/**
 * Whether `n` was mailed by somebody else, such as the cron route that Tidings replaces: an accepted
 * new_notifications email names it, or is not ours and not older than it. Whoever else mails goes by
 * time, so what is committed late is taken for mailed as it is there; it may still be reminded of.
 */
export function isSentByOtherMailer(shadow?: Shadow): SQL {
  // The bound is for the index; the session's zone may shift it, and the day makes up for that.
  return sql`exists (
    select from ${notificationEmailsSent} e
    where e.user_id = n.user_id and e.success and e.email_type = 'new_notifications'
      and e.sent_at > n.created_at - interval '1 day' ${isBefore(shadow)}
      and (n.id::text = any(e.notification_ids)
        or (${epochOf('e.sent_at')} >= ${epochOf('n.created_at')}
          and not exists (select from ${attempts} a where a.email_id = e.id)))
    -- As above.
    offset 0)`
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
export function covers(type: EmailType, rules: Rules, shadow?: Shadow): SQL {
  if (type === 'outstanding_reminder') return isOutstanding('n.created_at', rules)
  const notPlanned = shadow
    ? sql`and not exists (
        select from ${shadowEmails} h
        where h.user_id = n.user_id and h.email_type = 'new_notifications'
          and h.planned_at >= ${shadow.since} and n.id = any(h.notification_ids))`
    : sql``
  return sql`${isWithinMaxAge('n.created_at', rules)}
    and not ${isBaseline} and not ${isClaimed} ${notPlanned}
    and not ${isSentByOtherMailer(shadow)}`
}

export function isOutstanding(column: string, rules: Rules): SQL {
  return sql`${sql.raw(column)} < ${daysAgo(rules.outstandingAfterDays)}`
}

export function isWithinMaxAge(column: string, rules: Rules): SQL {
  return sql`${sql.raw(column)} >= ${daysAgo(rules.newMaxAgeDays)}`
}

/** Whether an accepted email `e` (notification_emails_sent) still keeps a reminder back. */
export function isRecent(rules: Rules, shadow?: Shadow): SQL {
  return sql`e.sent_at > ${daysAgo(rules.reminderCooldownDays)} ${isBefore(shadow)}`
}

/** What can stand alone in a `To`: the provider refuses the rest, and some of it is header syntax. */
const ADDRESS = '^[^@[:space:]<>,;:"]+@[^@[:space:]<>,;:"]+\\.[^@[:space:]<>,;:".]+$'

/** Whether the address of `u` (users) can be mailed at all. */
export const isAddressable = sql`coalesce(u.email, '') ~ ${ADDRESS}`

/** Whether DELIVER_ONLY lets an address get email; wants exactly one @ in it. */
export function isAllowed(address: SQL, { deliverOnly }: Pick<Rules, 'deliverOnly'>): SQL {
  if (!deliverOnly) return sql`true`
  const items = sql`${sql.param(deliverOnly)}::text[]`
  return sql`(lower(${address}) = any(${items})
    or '@' || split_part(lower(${address}), '@', 2) = any(${items}))`
}

/** Whether emails are on for whom `s` (user_privacy_settings) is of; who has no row has them on. */
export const isSwitchedOn = sql`coalesce(s.notification_emails_enabled, true)`

/** Unread and undeleted, in the words of the partial index that serves it. */
export const isUnread = sql`not n.is_read and not n.is_deleted`
