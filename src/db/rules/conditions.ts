import { type SQL, sql } from 'drizzle-orm'
import type { EmailType } from '../../core/email-type.ts'
import type { Rules } from '../../core/scan/rules.ts'
import { attempts, claims, notificationEmailsSent, shadowEmails } from '../schema.ts'
import { emailAddress } from './host-text.ts'
import { daysAgo, epochOf } from './utc.ts'

// What the rules check of one notification, email or user, as SQL; verdicts.ts combines the
// results. Every query here needs a session in UTC, which `inTransaction` sets.

/**
 * Evaluates the rules as if only Tidings had sent emails since this time (a query with one
 * instant): accepted emails since then do not count, and emails planned by shadow runs do.
 */
export type Shadow = { since: SQL } | undefined

/**
 * Whether a new_notifications email of Tidings has claimed `n` (notifications). `r` (recipients)
 * caches some of the claims, only ones that are never deleted.
 */
export const isClaimed = sql`(n.id = any(coalesce(r.carried_ids, '{}')) or exists (
  select from ${claims} k where k.notification_id = n.id and k.email_type = 'new_notifications'
  -- OFFSET 0 keeps this a lookup: PostgreSQL might turn it into a join and hash every claim.
  offset 0))`

/** Whether `n` was emailed before adoption, according to `r` (recipients). */
export const isBaseline = isBaselineAt('n.created_at')

export function isBaselineAt(column: string): SQL {
  return sql`${sql.raw(column)} <= coalesce(r.carried_until at time zone 'utc', '-infinity')`
}

/**
 * Whether another mailer, such as the replaced cron route, has sent `n`: an accepted
 * new_notifications email names it, or one not from Tidings is not older. Other mailers select by
 * time, so a notification committed late counts as sent; a reminder may still include it.
 */
export function isSentByOtherMailer(shadow?: Shadow): SQL {
  // The bound lets the index serve the query; the extra day allows for the session's zone.
  return sql`exists (
    select from ${notificationEmailsSent} e
    where e.user_id = n.user_id and e.success and e.email_type = 'new_notifications'
      and e.sent_at > n.created_at - interval '1 day' ${isBefore(shadow)}
      and (n.id::text = any(e.notification_ids)
        or (${epochOf('e.sent_at')} >= ${epochOf('n.created_at')}
          and not exists (select from ${attempts} a where a.email_id = e.id)))
    -- OFFSET 0 keeps this a lookup.
    offset 0)`
}

/** Whether email `e` was sent before the shadow period began. */
function isBefore(shadow: Shadow): SQL {
  return shadow ? sql`and ${epochOf('e.sent_at')} < date_part('epoch', ${shadow.since})` : sql``
}

/**
 * Which unread `n` (notifications) an email of this type covers; needs `r` (recipients) in scope
 * too. For Tidings' own emails ids decide, not times: a notification may commit after a younger
 * email. The most expensive lookup comes last, so it runs only for what would be sent.
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

/** Whether `e` (notification_emails_sent) has one of the two types; a host may record others. */
export const hasOwnType = sql`e.email_type in ('new_notifications', 'outstanding_reminder')`

/** Whether an accepted email `e` (notification_emails_sent) is within the reminder cool-down. */
export function isRecent(rules: Rules, shadow?: Shadow): SQL {
  return sql`e.sent_at > ${daysAgo(rules.reminderCooldownDays)} ${isBefore(shadow)}`
}

/** What the provider takes before the `@`: ASCII, with dots only between characters (RFC 5322). */
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
/** A part of the domain. It may be international: the request has it in punycode. */
const LABEL = '[^@[:space:][:cntrl:]<>,;:"()\\[\\]\\\\.]+'
const ADDRESS = `^${ATOM}(\\.${ATOM})*@${LABEL}(\\.${LABEL})+$`

/** Whether `u` (users) has a valid email address. */
export const isAddressable = sql`coalesce(${emailAddress}, '') ~ ${ADDRESS}`

/** The address of `r` (recipients) that the provider keeps refusing for one reason; else null. */
export const refusedAddress = sql`case when r.refusals >= 3 then r.refused_address end`

/** The address of `r` (recipients) that rests after transient bounces; else null. */
export const restingAddress = sql`case when r.resting_until > now() then r.resting_address end`

/** Whether `b` (suppressions) is in force. After a lift it is, if the address was suppressed again. */
export const isSuppressed = sql`(b.address is not null and coalesce(b.lifted_at < b.since, true))`

/** Whether DELIVER_ONLY lets an address get email; wants exactly one @ in it. */
export function isAllowed(address: SQL, { deliverOnly }: Pick<Rules, 'deliverOnly'>): SQL {
  if (!deliverOnly) return sql`true`
  const items = sql`${sql.param(deliverOnly)}::text[]`
  return sql`(lower(${address}) = any(${items})
    or '@' || split_part(lower(${address}), '@', 2) = any(${items}))`
}

/** Whether `s` (user_privacy_settings) has emails switched on. A user without a row has them on. */
export const isSwitchedOn = sql`coalesce(s.notification_emails_enabled, true)`

/** Unread and not deleted, written exactly like the predicate of the partial index. */
export const isUnread = sql`not n.is_read and not n.is_deleted`
