import { type SQL, sql } from 'drizzle-orm'
import type { Rules, Verdict } from '../../core/scan/rules.ts'
import { displayName } from '../people/display-name.ts'
import {
  deliveries,
  notificationEmailsSent,
  notifications,
  recipients,
  shadowEmails,
  suppressions,
  userPrivacySettings,
  users,
} from '../schema.ts'
import {
  carries,
  isAddressable,
  isBaselineAt,
  isOutstanding,
  isRecent,
  isSwitchedOn,
  isUnread,
  isYoung,
  type Shadow,
} from './conditions.ts'

/** One row of `verdictsOf`. */
export interface VerdictRow extends Record<string, unknown> {
  user_id: string
  address: string
  name: string
  reminder_round: number
  new_verdict: Verdict
  reminder_verdict: Verdict
}

/** People by their ids, in their order: behind one (null: from the first on), up to another with it. */
export interface Range {
  behind: string | null
  /** null: to the last. */
  upTo: string | null
}

/**
 * Whose verdicts: those of a query with one column, `user_id`, that names nobody twice; or of everybody
 * in a range with something unread.
 */
export type Whom = SQL | Range

/**
 * The rules, for everybody in `whom`. The one place where they stand: the scan, the dry run and the
 * claim all ask here.
 *
 * What everybody is asked comes of one pass over an index for all of them: their unread notifications,
 * what `recipients` has of them, their accepted emails within the cool-down. The joins are full, though
 * nothing but the people can come of them, because PostgreSQL cannot do a full join by a loop: no
 * estimate makes it look through all of them for each of them. And each table is asked for these people
 * by name, so that no estimate makes it read what is stored of others.
 *
 * What only some are asked is asked last, of them alone, by look-ups in a CASE: whether anything is
 * fresh where `recipients` does not know, and then the person, if they would be mailed. `offset 0` keeps
 * a step together, so that each look-up is made once.
 */
export function verdictsOf(whom: Whom, rules: Rules, shadow?: Shadow): SQL {
  return sql`with ${peopleOf(whom, rules)} ${judge(rules, shadow)}`
}

/** The second half of `verdictsOf`: wants `people` in scope. */
export function judge(rules: Rules, shadow?: Shadow): SQL {
  return sql`
    select user_id, person[1] as address, person[2] as name, reminder_round,
      case when is_unknown then 'unknown_user'
           when not is_fresh then 'nothing_new'
           else coalesce(person[3], 'due') end as new_verdict,
      case when is_unknown then 'unknown_user'
           when person[3] is not null then person[3]
           when is_fresh then 'new_notifications_due'
           when not is_outstanding then 'nothing_outstanding'
           when is_recently_mailed then 'cooldown'
           else 'due' end as reminder_verdict
    from (
      select *, is_asked and person is null as is_unknown
      from (
        select *, case when is_asked then (${personOf}) end as person
        from (
          select *, is_wanted or has_none as is_asked
          from (
            select *, is_fresh or (is_outstanding and not is_recently_mailed) as is_wanted
            from (
              select p.user_id, coalesce(r.reminder_round, 0) as reminder_round,
                p.oldest is null as has_none,
                coalesce(p.is_outstanding, false) as is_outstanding,
                recent.user_id is not null as is_recently_mailed,
                case when ${mayBeFresh} then exists (
                  select from ${notifications} n
                  where n.user_id = p.user_id and ${isUnread}
                    and ${carries('new_notifications', rules, shadow)}
                  offset 0) else false end as is_fresh
              from people p
              full join (
                select * from ${recipients}
                where user_id = any((select array_agg(user_id) from people)::uuid[])
              ) r on r.user_id = p.user_id
              full join (${recentlyMailed(rules, shadow)}) recent on recent.user_id = p.user_id
              offset 0
            ) known
          ) wanted
        ) asked
        offset 0
      ) met
    ) judged`
}

/** Address, name, and what keeps this person from being mailed, if anything does; for `asked`. */
const personOf = sql`
  select array[
    u.email::text,
    coalesce(${displayName}, '')::text,
    case when not is_wanted then null
         when not ${isSwitchedOn} then 'opted_out'
         when not ${isAddressable} then 'invalid_address'
         when b.address is not null then 'suppressed'
         when d.id is not null then 'in_flight' end]
  from ${users} u
  left join ${userPrivacySettings} s on s.user_id = u.userid
  left join ${suppressions} b on b.address = lower(u.email)
  left join ${deliveries} d on d.user_id = u.userid and d.closed_at is null
  where u.userid = asked.user_id
  limit 1`

/** The first half of `verdictsOf`: `people`, everybody in `whom` with what is unread of them. */
export function peopleOf(whom: Whom, rules: Rules): SQL {
  const unread = sql`
    select n.user_id, min(n.created_at) as oldest, max(n.created_at) as newest,
      ${isOutstanding('min(n.created_at)', rules)} as is_outstanding,
      array_agg(n.id) filter (where ${isYoung('n.created_at', rules)}) as young
    from ${notifications} n where ${isUnread}`
  if ('behind' in whom) {
    return sql`people as materialized (
      ${unread} and ${isWithin(whom)} group by n.user_id order by n.user_id)`
  }
  return sql`
    candidates as materialized (${whom}),
    people as materialized (
      select c.user_id, u.oldest, u.newest, u.is_outstanding, u.young
      from candidates c
      full join (
        ${unread} and n.user_id = any((select array_agg(user_id) from candidates)::uuid[])
        group by n.user_id
      ) u on u.user_id = c.user_id
    )`
}

/** Whether `n` is of somebody in this range. */
export function isWithin({ behind, upTo }: Range): SQL {
  const from = behind ? sql`n.user_id > ${behind}` : sql`true`
  return upTo ? sql`${from} and n.user_id <= ${upTo}` : from
}

/**
 * Whether something unread of `p` (people) may be fresh. It is not where all of it that is young enough
 * is known to be carried, which is so of nearly everybody.
 */
const mayBeFresh = sql`p.young is not null and not coalesce(p.young <@ r.carried_ids, false)
  and not ${isBaselineAt('p.newest')}`

/** Whom an accepted email keeps from a reminder; of those alone who have something to be reminded of. */
function recentlyMailed(rules: Rules, shadow: Shadow): SQL {
  const these = sql`any((
    select array_agg(user_id) filter (where is_outstanding) from people)::uuid[])`
  const orPlanned = shadow
    ? sql`union all select h.user_id from ${shadowEmails} h
        where h.user_id = ${these} and h.planned_at >= ${shadow.since}
          and h.planned_at > now() - ${rules.reminderCooldownDays} * interval '24 hours'`
    : sql``
  return sql`
    select user_id from (
      select e.user_id from ${notificationEmailsSent} e
      where e.user_id = ${these} and e.success and ${isRecent(rules, shadow)}
      ${orPlanned}
    ) e group by user_id`
}
