import type { SQL } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import { preparedSql } from '../client/prepared-sql.ts'
import { isClaimed, isUnread } from '../rules/conditions.ts'
import {
  attempts,
  deliveries,
  notificationEmailsSent,
  notifications,
  recipients,
} from '../schema.ts'

/** How many carried notifications `recipients` caches; beyond them, the scan reads the claims. */
const REMEMBERED = 32

/** What shows that deliveries were accepted, an answer or an event; SQL over `deliveries d`. */
export interface Acceptance {
  /** The deliveries it may concern: those of a batch, or one. An index must serve it. */
  of: SQL
  /** Null for deliveries that it does not show as accepted. */
  providerId: SQL
  /** The number of the attempt to mark as accepted. */
  attempt: SQL
}

/**
 * Closes deliveries as accepted, even those given up. Changes only deliveries without an outcome,
 * so one accepted email has one accepted row. The caller holds the locks of the batch and of the
 * recipients, and has set `preferIndexScans`.
 */
export async function closeAsAccepted(
  tx: Transaction,
  { of, providerId, attempt }: Acceptance,
): Promise<void> {
  await tx.execute(preparedSql`
    with accepted_now as materialized (
      select d.id, user_id, email_type, ${attempt} as attempt, closed_at is null as was_open,
        error is null as has_row
      -- OFFSET 0 keeps PostgreSQL from searching all runs for the states before the batch.
      from (select * from ${deliveries} where ${of} offset 0) d
      where state in ('claimed', 'unknown') and ${providerId} is not null
    ), closed as (
      update ${deliveries} d
      set state = 'accepted', provider_id = ${providerId}, closed_at = now()
      where d.id = any(array(select id from accepted_now))
    ), email as (
      update ${notificationEmailsSent} e set success = true, error_message = null
      where e.id = any(array(
        select (select email_id from ${attempts} a
          where a.delivery_id = accepted_now.id and a.number = accepted_now.attempt)
        from accepted_now where has_row))
    )
    -- Only for deliveries that were open. Giving up has already raised the round, and the user may
    -- have another open delivery since, whose claims may yet be deleted.
    update ${recipients} r
    set refusals = 0, reminder_round = r.reminder_round
        + (select bool_or(email_type = 'outstanding_reminder') from accepted_now)::int,
      carried_ids = array(
        select n.id from ${notifications} n
        where n.user_id = r.user_id and ${isUnread} and ${isClaimed}
        order by n.created_at desc limit ${REMEMBERED})
    where r.user_id = any(array(select user_id from accepted_now where was_open))`)
}
