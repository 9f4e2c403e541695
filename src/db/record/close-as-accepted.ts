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

/** Of a person's carried notifications; for what is beyond, the scan looks at the claims. */
const REMEMBERED = 32

/** What tells that deliveries were accepted: an answer, or an event. In words of `deliveries d`. */
export interface Acceptance {
  /** Which deliveries it may be about: those of a batch, or one. An index must serve it. */
  of: SQL
  /** Null of those that it does not tell of. */
  providerId: SQL
  /** The number of the attempt that gets the credit. */
  attempt: SQL
}

/**
 * Closes deliveries as accepted. Only what has no outcome yet changes, so one accepted email has one
 * accepted row; that includes what was given up. The caller holds the locks of the batch and of the
 * people, and reads `preferIndexScans`.
 */
export async function closeAsAccepted(
  tx: Transaction,
  { of, providerId, attempt }: Acceptance,
): Promise<void> {
  await tx.execute(preparedSql`
    with told as materialized (
      select d.id, user_id, email_type, ${attempt} as attempt, closed_at is null as was_open
      -- Apart: else PostgreSQL may look for the states, through all runs, and then for the batch.
      from (select * from ${deliveries} where ${of} offset 0) d
      where state in ('claimed', 'unknown') and ${providerId} is not null
    ), closed as (
      update ${deliveries} d
      set state = 'accepted', provider_id = ${providerId}, closed_at = now()
      where d.id = any(array(select id from told))
    ), email as (
      update ${notificationEmailsSent} e set success = true, error_message = null
      where e.id = any(array(
        select (select email_id from ${attempts} a
          where a.delivery_id = told.id and a.number = told.attempt)
        from told))
    )
    -- Giving up has raised the round already. And another email may be open by then, whose claims may
    -- yet be deleted; while this one was, it was the only one.
    update ${recipients} r
    set reminder_round = r.reminder_round
        + (select bool_or(email_type = 'outstanding_reminder') from told)::int,
      carried_ids = array(
        select n.id from ${notifications} n
        where n.user_id = r.user_id and ${isUnread} and ${isClaimed}
        order by n.created_at desc limit ${REMEMBERED})
    where r.user_id = any(array(select user_id from told where was_open))`)
}
