import { type SQL, sql } from 'drizzle-orm'
import { insertChange, type NewChange, ofEmails } from '../changes/record-change.ts'
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

const ACCEPTED: NewChange = { type: 'email.accepted', ...ofEmails }

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
      select d.id, user_id, run_id, email_type, closed_at is null as was_open,
        case when error is null then (
          select a.email_id from ${attempts} a
          where a.delivery_id = d.id and a.number = ${attempt}) end as email_id
      -- OFFSET 0 keeps PostgreSQL from searching all runs for the states before the batch.
      from (select * from ${deliveries} where ${of} offset 0) d
      where state in ('claimed', 'unknown') and ${providerId} is not null
    ), closed as (
      update ${deliveries} d
      set state = 'accepted', provider_id = ${providerId}, closed_at = now()
      where d.id = any(array(select id from accepted_now))
    ), email as (
      update ${notificationEmailsSent} e set success = true, error_message = null
      where e.id = any(array(select email_id from accepted_now))
    ), changed as (${insertChange(ACCEPTED, sql`accepted_now`)})
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
