import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { attempts, deliveries, notificationEmailsSent } from '../schema.ts'

/** The failures of a run: the latest error of each delivery that was not accepted, one per line. */
export async function listFailures(db: Database, runId: string, limit: number): Promise<string[]> {
  const rows = await db.execute<{ line: string }>(sql`
    select d.email_type || ' to user ' || d.user_id || ': ' || coalesce(d.error, latest.error_message)
      as line
    from ${deliveries} d
    left join lateral (
      select e.error_message from ${attempts} a
      join ${notificationEmailsSent} e on e.id = a.email_id
      where a.delivery_id = d.id order by a.number desc limit 1
    ) latest on true
    where d.run_id = ${runId} and d.state in ('rejected', 'unknown')
    order by d.claimed_at, d.id limit ${limit}`)
  return rows.map(row => row.line)
}
