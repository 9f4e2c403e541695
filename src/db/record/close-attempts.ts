import { type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import { attempts, deliveries, notificationEmailsSent } from '../schema.ts'

/** For an attempt without a recorded answer, once another attempt has one. */
export const RECORDED_FIRST = 'unknown: another attempt at this email was recorded first'

/**
 * Sets this error on attempts that are still pending, of these deliveries: those with one number, or all.
 */
export async function closeAttempts(
  tx: Transaction,
  of: SQL,
  error: string,
  attempt?: number,
): Promise<void> {
  const which = attempt === undefined ? sql`` : sql`and a.number = ${attempt}`
  await tx.execute(sql`
    update ${notificationEmailsSent} e set error_message = ${error}
    from (select id, error from ${deliveries} where ${of} offset 0) d
    join ${attempts} a on a.delivery_id = d.id ${which}
    where d.error is null and e.id = a.email_id
      and not e.success and e.error_message like 'pending:%'`)
}
