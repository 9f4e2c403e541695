import { sql } from 'drizzle-orm'
import type { Waiting } from '../../core/activity.ts'
import type { Database } from '../client/connect.ts'
import { batches, deliveries } from '../schema.ts'

/** Counts what waits; the partial index of unresolved batches serves it. */
export async function readWaiting(db: Database): Promise<Waiting> {
  const [row] = await db.execute<{
    planned: number
    users: number
    since: string | null
    begun: number
    emails: number
  }>(sql`
    select count(*) filter (where state = 'planned')::int as planned,
      coalesce(sum(cardinality(user_ids)) filter (where state = 'planned'), 0)::int as users,
      to_jsonb(min(created_at) filter (where state = 'planned')) #>> '{}' as since,
      count(*) filter (where state = 'frozen')::int as begun,
      (select count(*)::int from ${deliveries} where closed_at is null) as emails
    from ${batches} where state <> 'resolved'`)
  if (!row) throw new Error('the database returned no row')
  return {
    planned: {
      batches: row.planned,
      users: row.users,
      since: row.since === null ? null : new Date(row.since),
    },
    begun: { batches: row.begun, emails: row.emails },
  }
}
