import { type SQL, sql } from 'drizzle-orm'
import type { Rules, Verdict } from '../../core/scan/rules.ts'
import {
  deliveries,
  notificationEmailsSent,
  notifications,
  preferences,
  recipients,
  shadowEmails,
  suppressions,
  userPrivacySettings,
  users,
} from '../schema.ts'
import {
  covers,
  hasOwnType,
  isAddressable,
  isAllowed,
  isBaselineAt,
  isOutstanding,
  isRecent,
  isSuppressed,
  isSwitchedOn,
  isUnread,
  isWithinMaxAge,
  refusedAddress,
  restingAddress,
  type Shadow,
} from './conditions.ts'
import { displayName } from './display-name.ts'
import { holdReason, holdUntil } from './hold.ts'
import { emailAddress } from './host-text.ts'

/** One row of `evaluateRules`. Address and name may be null for a user who is not due. */
export interface VerdictRow extends Record<string, unknown> {
  user_id: string
  address: string
  name: string
  reminder_round: number
  new_verdict: Verdict
  reminder_verdict: Verdict
  /** When the hold ends, whatever else keeps emails from the user; null without one. */
  held_until: string | null
}

/** Users in order of id: after one (null: from the first), through another. */
export interface Range {
  after: string | null
  /** null: through the last user. */
  through: string | null
}

/**
 * The users to evaluate: a query with one column, `user_id`, without duplicates; or all users in a
 * range who have unread notifications.
 */
export type Candidates = SQL | Range

/**
 * The rules, for all candidates; the scan, the dry run, the claim and `explain` use this query.
 * `unread` and `history` cost one index pass each; `contacts` looks up only users who would get an
 * email. OFFSET 0 keeps PostgreSQL from inlining a step and repeating its lookups.
 */
export function evaluateRules(candidates: Candidates, rules: Rules, shadow?: Shadow): SQL {
  return sql`
    with ${unreadOf(candidates, rules)},
    history as (${historyOf(rules, shadow)}),
    -- Is there anything to send, if the user can be emailed?
    demand as (
      select *, has_uncovered or (is_outstanding and not is_cooling_down) as is_wanted
      from history
    ),
    contacts as (${contactsOf(rules)})
    select user_id, address, name, reminder_round,
      case when is_unknown then 'unknown_user'
           when not has_uncovered then 'nothing_new'
           else coalesce(obstacle, 'due') end as new_verdict,
      case when is_unknown then 'unknown_user'
           when obstacle is not null then obstacle
           when has_uncovered then 'new_notifications_due'
           when not is_outstanding then 'nothing_outstanding'
           when is_cooling_down then 'cooldown'
           else 'due' end as reminder_verdict,
      held_until
    from contacts`
}

/**
 * Unread notifications, one row per user. A listed candidate with nothing unread has only an id.
 */
function unreadOf(candidates: Candidates, rules: Rules): SQL {
  const perUser = sql`
    select n.user_id, min(n.created_at) as oldest, max(n.created_at) as newest,
      ${isOutstanding('min(n.created_at)', rules)} as is_outstanding,
      array_agg(n.id) filter (where ${isWithinMaxAge('n.created_at', rules)}) as ids_within_max_age
    from ${notifications} n where ${isUnread}`
  if ('after' in candidates) {
    return sql`unread as materialized (
      ${perUser} and ${isWithin(candidates)} group by n.user_id order by n.user_id)`
  }
  return sql`
    candidates as materialized (${candidates}),
    unread as materialized (
      select c.user_id, u.oldest, u.newest, u.is_outstanding, u.ids_within_max_age
      from candidates c
      full join (
        ${perUser} and n.user_id = any((select array_agg(user_id) from candidates)::uuid[])
        group by n.user_id
      ) u on u.user_id = c.user_id
    )`
}

/** Whether `n` (notifications) belongs to a user in this range. */
export function isWithin({ after, through }: Range): SQL {
  const from = after ? sql`n.user_id > ${after}` : sql`true`
  return through ? sql`${from} and n.user_id <= ${through}` : from
}

/**
 * What no email has covered yet, and which emails went out recently; each table is read by user id.
 * The joins are full because PostgreSQL never runs a full join as a nested loop: no wrong estimate
 * can make it read one side once per user.
 */
function historyOf(rules: Rules, shadow: Shadow): SQL {
  return sql`
    select u.user_id, u.oldest is null as has_nothing_unread,
      coalesce(r.reminder_round, 0) as reminder_round,
      coalesce(u.is_outstanding, false) as is_outstanding,
      ${refusedAddress} as refused_address, ${restingAddress} as resting_address,
      recent.user_id is not null as is_cooling_down,
      case when ${mayHaveUncovered} then exists (
        select from ${notifications} n
        where n.user_id = u.user_id and ${isUnread}
          and ${covers('new_notifications', rules, shadow)}
        offset 0) else false end as has_uncovered
    from unread u
    full join (
      select * from ${recipients}
      where user_id = any((select array_agg(user_id) from unread)::uuid[])
    ) r on r.user_id = u.user_id
    full join (${recentlyEmailed(rules, shadow)}) recent on recent.user_id = u.user_id
    offset 0`
}

/**
 * Whether `u` (unread) may have a notification that no email covers. False for nearly every user,
 * because `recipients` shows that emails cover all that is young enough; that saves the lookups.
 */
const mayHaveUncovered = sql`u.ids_within_max_age is not null
  and not coalesce(u.ids_within_max_age <@ r.carried_ids, false) and not ${isBaselineAt('u.newest')}`

/** Users in the reminder cool-down, among those with outstanding notifications. */
function recentlyEmailed(rules: Rules, shadow: Shadow): SQL {
  const outstanding = sql`any((
    select array_agg(user_id) filter (where is_outstanding) from unread)::uuid[])`
  const orPlanned = shadow
    ? sql`union all select h.user_id from ${shadowEmails} h
        where h.user_id = ${outstanding} and h.planned_at >= ${shadow.since}
          and h.planned_at > now() - ${rules.reminderCooldownDays} * interval '24 hours'`
    : sql``
  return sql`
    select user_id from (
      select e.user_id from ${notificationEmailsSent} e
      where e.user_id = ${outstanding} and e.success and ${hasOwnType}
        and ${isRecent(rules, shadow)}
      ${orPlanned}
    ) e group by user_id`
}

/**
 * Where an email would go, and what prevents it. Only for users with something to send, and for
 * candidates with nothing unread, who may not exist. The hold comes last, since it ends by itself.
 * LIMIT keeps this one lookup per user.
 */
function contactsOf(rules: Rules): SQL {
  return sql`
  select d.*, c.*, (is_wanted or has_nothing_unread) and c.user_exists is null as is_unknown
  from demand d
  left join lateral (
    select true as user_exists, u.email::text as address, coalesce(${displayName}, '')::text as name,
      case when not d.is_wanted then null
           when not ${isSwitchedOn} then 'opted_out'
           when not ${isAddressable} then 'invalid_address'
           when not ${isAllowed(emailAddress, rules)} then 'not_allowed'
           when ${isSuppressed} then 'suppressed'
           when d.refused_address = lower(${emailAddress}) then 'refused_address'
           when d.resting_address = lower(${emailAddress}) then 'resting'
           when f.id is not null then 'in_flight'
           else ${holdReason} end as obstacle,
      ${holdUntil} as held_until
    from ${users} u
    left join ${userPrivacySettings} s on s.user_id = u.userid
    left join ${suppressions} b on b.address = lower(${emailAddress})
    left join ${deliveries} f on f.user_id = u.userid and f.closed_at is null
    left join ${preferences} pr on pr.user_id = u.userid
    where u.userid = d.user_id and (d.is_wanted or d.has_nothing_unread)
    limit 1
  ) c on true
  offset 0`
}
