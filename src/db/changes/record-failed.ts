import { type SQL, sql } from 'drizzle-orm'
import { attempts, deliveries } from '../schema.ts'
import { insertChange, ofEmails } from './record-change.ts'

/** Records that these deliveries `d` failed before any request; their attempts are written already. */
export function recordFailed(which: SQL): SQL {
  const failed = sql`(
    select d.user_id, d.run_id, a.email_id from ${deliveries} d
    left join ${attempts} a on a.delivery_id = d.id
    where ${which}) failed`
  return insertChange({ type: 'email.failed', ...ofEmails }, failed)
}
