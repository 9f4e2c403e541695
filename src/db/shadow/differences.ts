import { type SQL, sql } from 'drizzle-orm'
import { inUtc } from '../audit/attempt-conditions.ts'
import {
  hasOwnType,
  isAddressable,
  isSuppressed,
  isSwitchedOn,
  isUnread,
  refusedAddress,
  restingAddress,
} from '../rules/conditions.ts'
import { displayName } from '../rules/display-name.ts'
import { holdReason } from '../rules/hold.ts'
import { emailAddress } from '../rules/host-text.ts'
import { epochOf } from '../rules/utc.ts'
import {
  attempts,
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

/** An email `e` that another mailer has sent: Tidings has no attempt for it. */
const isOld = sql`e.success and ${hasOwnType} and not exists (select from ${attempts} a where a.email_id = e.id)`

/**
 * One row per user and type: its side, how many users are on that side, and what may explain the
 * difference now. Per type and side the first `limit` by id, or all.
 */
export function differencesIn(from: Date, to: Date, limit: number | null): SQL {
  const [begin, end] = [from, to].map(date => sql`${date.toISOString()}::timestamptz`)
  const epoch = (date: Date) => sql`${date.getTime() / 1_000}::float8`
  return sql`
    with old as (
      select e.user_id, e.email_type::text as email_type, count(*)::int as emails
      from ${notificationEmailsSent} e
      -- The extra day allows for the session's time zone, so that the index can be used.
      where e.sent_at >= ${inUtc(from)} - interval '1 day'
        and e.sent_at < ${inUtc(to)} + interval '1 day'
        and ${epochOf('e.sent_at')} >= ${epoch(from)} and ${epochOf('e.sent_at')} < ${epoch(to)}
        and ${isOld}
      group by 1, 2
    ), ours as (
      select h.user_id, h.email_type, count(*)::int as emails from ${shadowEmails} h
      where h.planned_at >= ${begin} and h.planned_at < ${end}
      group by 1, 2
    ), ranked as (
      select user_id, email_type, side, coalesce(old_emails, 0) as old_emails,
        coalesce(our_emails, 0) as our_emails,
        count(*) over (partition by email_type, side)::int as people,
        row_number() over (partition by email_type, side order by user_id) as place
      from (
        select user_id, email_type, old.emails as old_emails, ours.emails as our_emails,
          case when old.emails is null then 'onlyTidings'
               when ours.emails is null then 'onlyOld' else 'both' end as side
        from old full join ours using (user_id, email_type)
      ) sides
    )
    select p.user_id, p.email_type, p.side, p.people, p.old_emails, p.our_emails,
      ${displayName} as name,
      case p.side
        when 'onlyOld' then exists (select from ours o where o.user_id = p.user_id)
        when 'onlyTidings' then exists (select from old o where o.user_id = p.user_id)
        else false end as other_type,
      case when u.userid is null then 'unknown_user'
           when not ${isSwitchedOn} then 'opted_out'
           when not ${isAddressable} then 'invalid_address'
           when ${isSuppressed} then 'suppressed'
           when ${refusedAddress} = lower(${emailAddress}) then 'refused_address'
           when ${restingAddress} = lower(${emailAddress}) then 'resting'
           when d.id is not null then 'in_flight'
           else ${holdReason} end as obstacle,
      p.side = 'onlyTidings' and exists (
        select from ${shadowEmails} h join ${notifications} n on n.id = any(h.notification_ids)
        where h.user_id = p.user_id and h.email_type = p.email_type
          and h.planned_at >= ${begin} and h.planned_at < ${end} and ${isUnread}
      ) as unread,
      case when p.side = 'onlyTidings' then (
        select to_jsonb(e.sent_at) #>> '{}' from ${notificationEmailsSent} e
        where e.user_id = p.user_id and ${isOld} order by e.sent_at desc limit 1
      ) end as last_old
    from ranked p
    left join ${users} u on u.userid = p.user_id
    left join ${userPrivacySettings} s on s.user_id = u.userid
    left join ${recipients} r on r.user_id = p.user_id
    left join ${suppressions} b on b.address = lower(${emailAddress})
    left join ${deliveries} d on d.user_id = u.userid and d.closed_at is null
    left join ${preferences} pr on pr.user_id = u.userid
    where ${limit}::int is null or p.place <= ${limit}::int
    order by p.email_type, p.side, p.place`
}
