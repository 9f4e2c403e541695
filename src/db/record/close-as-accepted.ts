import { type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../connect.ts'
import { isClaimed, isUnread } from '../rules/conditions.ts'
import {
  attempts,
  deliveries,
  notificationEmailsSent,
  notifications,
  recipients,
} from '../schema.ts'

/** Of a person's carried notifications; for what is beyond, the scan looks at the claims. */
const REMEMBERED = 32

/**
 * Closes deliveries as accepted, whoever tells of it: an answer, or an event. `told` is a query with
 * `delivery_id`, `provider_id` and the number of the `attempt` that gets the credit. Only what has no
 * outcome yet changes, so one accepted email has one accepted row; that includes what was given up.
 * The caller holds the locks of the batch and of the people.
 */
export async function closeAsAccepted(tx: Transaction, told: SQL): Promise<void> {
  await tx.execute(sql`
    with told as (${told}), closed as (
      update ${deliveries} d
      set state = 'accepted', provider_id = t.provider_id, closed_at = now()
      from told t join ${deliveries} before on before.id = t.delivery_id
      where d.id = t.delivery_id and d.state in ('claimed', 'unknown')
      returning d.id, d.user_id, d.email_type, t.attempt, before.closed_at is null as was_open
    ), email as (
      update ${notificationEmailsSent} e set success = true, error_message = null
      from closed join ${attempts} a on a.delivery_id = closed.id and a.number = closed.attempt
      where e.id = a.email_id
    )
    -- Giving up has raised the round already. And another email may be open by then, whose claims may
    -- yet be deleted; while this one was, it was the only one.
    update ${recipients} r
    set reminder_round = r.reminder_round + (closed.email_type = 'outstanding_reminder')::int,
      carried_ids = array(
        select n.id from ${notifications} n
        where n.user_id = r.user_id and ${isUnread} and ${isClaimed}
        order by n.created_at desc limit ${REMEMBERED})
    from closed
    where closed.was_open and r.user_id = closed.user_id`)
}
