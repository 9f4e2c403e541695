import { type SQL, sql } from 'drizzle-orm'
import type { DeliveryEvent } from '../../core/events/delivery-event.ts'
import { BOUNCE_DAYS, FIRST_REST_DAYS, LONGEST_REST_DAYS } from '../../core/events/resting.ts'
import type { Transaction } from '../client/connect.ts'
import { attempts, deliveries, events, notificationEmailsSent, recipients } from '../schema.ts'
import type { ReportedDelivery } from './find-delivery.ts'

/** Length of the rest with this number in a row. */
const lengthOf = (rests: SQL): SQL =>
  sql`(least(${LONGEST_REST_DAYS}::int, ${FIRST_REST_DAYS}::int * power(2, ${rests} - 1)) * interval '24 hours')`

/**
 * Lets an address rest after transient bounces on several days without a delivery between, longer
 * after each bounce that follows a rest. A delivery ends that. The event is stored already; its
 * delivery must not be locked yet, because the recipient is locked first everywhere.
 */
export async function updateRest(
  tx: Transaction,
  delivery: ReportedDelivery,
  { isTransientBounce, progress, happenedAt }: DeliveryEvent,
): Promise<void> {
  const isDelivery = progress === 'delivered'
  // What became of a redirected email says nothing about the user's address.
  if (delivery.sentTo !== null || delivery.address === '' || !(isTransientBounce || isDelivery)) {
    return
  }
  const address = sql`lower(${delivery.address})`
  const at = sql`${happenedAt.toISOString()}::timestamptz`
  const ofUser = sql`user_id = ${delivery.userId}`
  const isSame = sql`rests > 0 and resting_address = ${address}`
  const [current] = await tx.execute<{ has_ended: boolean; is_older: boolean }>(sql`
    select resting_until <= ${at} as has_ended,
      resting_until - ${lengthOf(sql`rests`)} >= ${at} as is_older
    from ${recipients} where ${ofUser} and ${isSame} for update`)
  if (isDelivery) {
    // A delivery that is reported late may have been before the bounces.
    if (!current || (current.is_older && (await countBounces(tx, delivery)).days >= BOUNCE_DAYS)) {
      return
    }
    await tx.execute(sql`
      update ${recipients} set resting_address = null, resting_until = null, rests = 0
      where ${ofUser}`)
    return
  }
  // During a rest only emails from before it can bounce.
  if (current && !current.has_ended) return
  const { days, latest } = await countBounces(tx, delivery)
  if (current ? days === 0 : days < BOUNCE_DAYS) return
  const rests = current ? sql`rests + 1` : sql`1`
  await tx.execute(sql`
    update ${recipients} set resting_address = ${address},
      resting_until = ${latest}::timestamptz + ${lengthOf(rests)}, rests = ${rests}
    where ${ofUser}`)
}

/** On how many days (UTC) emails to the address bounced transiently since the last delivery. */
async function countBounces(
  tx: Transaction,
  { userId, address }: ReportedDelivery,
): Promise<{ days: number; latest: string | null }> {
  const [found] = await tx.execute<{ days: number; latest: string | null }>(sql`
    with reported as (
      select v.type = 'email.delivered' as is_delivery, v.happened_at
      from ${notificationEmailsSent} e
      join ${attempts} a on a.email_id = e.id
      join ${deliveries} d on d.id = a.delivery_id
      join ${events} v on v.delivery_id = d.id
      -- Events are kept for 90 days.
      where e.user_id = ${userId} and e.sent_at > (now() at time zone 'utc') - interval '91 days'
        and lower(d.address) = lower(${address}) and d.sent_to is null
        and (v.type = 'email.delivered'
          or (v.type = 'email.bounced' and v.detail ->> 'type' = 'Transient'))
    )
    select count(distinct (happened_at at time zone 'utc')::date)::int as days,
      to_jsonb(max(happened_at)) #>> '{}' as latest
    from reported
    where not is_delivery and happened_at > coalesce(
      (select max(happened_at) from reported where is_delivery), '-infinity')`)
  return found ?? { days: 0, latest: null }
}
