import { type SQL, sql } from 'drizzle-orm'
import type { EmailType } from '../../core/email-type.ts'
import type { Carrier, EligibilityFacts } from '../../core/explain/eligibility-facts.ts'
import type { HoldReason, Rules } from '../../core/scan/rules.ts'
import type { Transaction } from '../client/connect.ts'
import {
  covers,
  hasOwnType,
  isAddressable,
  isAllowed,
  isBaseline,
  isClaimed,
  isRecent,
  isSentByOtherMailer,
  isSuppressed,
  isSwitchedOn,
  isUnread,
  refusedAddress,
  restingAddress,
} from '../rules/conditions.ts'
import { displayName } from '../rules/display-name.ts'
import { holdReason, holdUntil } from '../rules/hold.ts'
import { emailAddress } from '../rules/host-text.ts'
import { fromUtc } from '../rules/utc.ts'
import {
  attempts,
  claims,
  deliveries,
  notificationEmailsSent,
  notifications,
  preferences,
  recipients,
  suppressions,
  userPrivacySettings,
  users,
} from '../schema.ts'

/** Times without a zone are PostgreSQL's own JSON text, those with one are ISO. */
type Row = {
  name: string
  address: string
  at: string
  is_addressable: boolean
  is_allowed: boolean
  setting: { is_on: boolean; changed_at: string } | null
  suppressed: { reason: string; since: string } | null
  refused: { times: number; error: string } | null
  resting: { until: string; rests: number } | null
  hold: { reason: HoldReason; until: string } | null
  in_flight: { email_type: EmailType; since: string; is_unknown: boolean } | null
  unread: {
    total: number
    newest: string | null
    oldest: string | null
    newest_fresh: string | null
    fresh: number
    carried: number
    baseline: number
    elsewhere: number
    too_old: number
    outstanding: number
  }
  carried_until: string | null
  carrier: { sent_at: string; state: Carrier['state']; emails: number } | null
  last_accepted: { email_type: EmailType; sent_at: string; is_recent: boolean } | null
}

/** What the rules check for one user; null if there is no such user. */
export async function readEligibilityFacts(
  tx: Transaction,
  userId: string,
  rules: Rules,
): Promise<Omit<EligibilityFacts, 'verdicts' | 'notificationIds' | 'unrecorded'> | null> {
  const [row] = await tx.execute<Row>(factsQuery(userId, rules))
  if (!row) return null
  const {
    setting,
    suppressed,
    refused,
    resting,
    hold,
    in_flight: inFlight,
    unread,
    carrier,
    last_accepted: last,
  } = row
  const { too_old: tooOld, newest, oldest, newest_fresh: newestFresh, ...counts } = unread
  return {
    userId,
    name: row.name,
    address: row.address,
    at: new Date(row.at),
    isAddressable: row.is_addressable,
    isAllowed: row.is_allowed,
    setting: setting && { isOn: setting.is_on, changedAt: fromUtc(setting.changed_at) },
    suppressed: suppressed && { reason: suppressed.reason, since: new Date(suppressed.since) },
    refused,
    resting: resting && { ...resting, until: new Date(resting.until) },
    hold: hold && { ...hold, until: new Date(hold.until) },
    inFlight: inFlight && {
      emailType: inFlight.email_type,
      since: new Date(inFlight.since),
      isUnknown: inFlight.is_unknown,
    },
    unread: {
      ...counts,
      tooOld,
      newest: newest === null ? null : fromUtc(newest),
      oldest: oldest === null ? null : fromUtc(oldest),
      newestFresh: newestFresh === null ? null : fromUtc(newestFresh),
      carriedUntil: row.carried_until === null ? null : fromUtc(row.carried_until),
    },
    carrier: carrier && { ...carrier, sentAt: fromUtc(carrier.sent_at) },
    lastAccepted: last && {
      emailType: last.email_type,
      sentAt: fromUtc(last.sent_at),
      isRecent: last.is_recent,
    },
  }
}

function factsQuery(userId: string, rules: Rules): SQL {
  const isUncovered = covers('new_notifications', rules)
  return sql`
    select ${displayName} as name, u.email as address,
      to_jsonb(now()) as at, ${isAddressable} as is_addressable,
      ${isAllowed(emailAddress, rules)} as is_allowed,
      to_jsonb(r.carried_until) as carried_until,
      case when s.user_id is not null then jsonb_build_object(
        'is_on', ${isSwitchedOn}, 'changed_at', s.updated_at) end as setting,
      case when ${isSuppressed} then jsonb_build_object(
        'reason', b.reason, 'since', b.since) end as suppressed,
      case when ${refusedAddress} = lower(${emailAddress}) then jsonb_build_object(
        'times', r.refusals, 'error', r.refusal) end as refused,
      case when ${restingAddress} = lower(${emailAddress}) then jsonb_build_object(
        'until', r.resting_until, 'rests', r.rests) end as resting,
      case when ${holdReason} is not null then jsonb_build_object(
        'reason', ${holdReason}, 'until', ${holdUntil}) end as hold,
      case when d.id is not null then jsonb_build_object('email_type', d.email_type,
        'since', d.claimed_at, 'is_unknown', d.state = 'unknown') end as in_flight,
      to_jsonb(unread) as unread, to_jsonb(carrier) as carrier, to_jsonb(last) as last_accepted
    from ${users} u
    left join ${recipients} r on r.user_id = u.userid
    left join ${userPrivacySettings} s on s.user_id = u.userid
    left join ${suppressions} b on b.address = lower(${emailAddress})
    left join ${deliveries} d on d.user_id = u.userid and d.closed_at is null
    left join ${preferences} pr on pr.user_id = u.userid
    cross join lateral (
      select count(*) as total, max(n.created_at) as newest, min(n.created_at) as oldest,
        count(*) filter (where ${isUncovered}) as fresh,
        max(n.created_at) filter (where ${isUncovered}) as newest_fresh,
        count(*) filter (where ${covers('outstanding_reminder', rules)}) as outstanding,
        count(*) filter (where place.is_so = 'carried') as carried,
        count(*) filter (where place.is_so = 'baseline') as baseline,
        count(*) filter (where place.is_so = 'elsewhere') as elsewhere,
        count(*) filter (where place.is_so is null and not (${isUncovered})) as too_old
      from ${notifications} n
      cross join lateral (
        select case when ${isClaimed} then 'carried' when ${isBaseline} then 'baseline'
          when ${isSentByOtherMailer()} then 'elsewhere' end as is_so
      ) place
      where n.user_id = u.userid and ${isUnread}
    ) unread
    left join lateral (
      select carriers.emails, carriers.state, coalesce(
        (select e.sent_at at time zone 'utc' from ${attempts} a
         join ${notificationEmailsSent} e on e.id = a.email_id and e.success
         where a.delivery_id = carriers.id limit 1), carriers.claimed_at) as sent_at
      from (
        select c.id, c.claimed_at, count(*) over () as emails,
          case when c.closed_at is null then 'under_way'
               when c.state = 'unknown' then 'unknown' else 'accepted' end as state
        from ${deliveries} c
        where c.id in (
          select k.delivery_id from ${notifications} n join ${claims} k
            on k.notification_id = n.id and k.email_type = 'new_notifications'
          where n.user_id = u.userid and ${isUnread})
        order by c.claimed_at desc limit 1
      ) carriers
    ) carrier on true
    left join lateral (
      select e.email_type, e.sent_at, ${isRecent(rules)} as is_recent
      from ${notificationEmailsSent} e
      where e.user_id = u.userid and e.success and ${hasOwnType}
      order by e.sent_at desc limit 1
    ) last on true
    where u.userid = ${userId}`
}
