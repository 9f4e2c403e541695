import { type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../connect.ts'
import { attempts, deliveries, notificationEmailsSent, recipients } from '../schema.ts'

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
    update ${recipients} r set reminder_round = r.reminder_round + 1
    from closed
    -- Giving up has raised the round already.
    where closed.was_open and closed.email_type = 'outstanding_reminder'
      and r.user_id = closed.user_id`)
}
