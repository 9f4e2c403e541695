import { sql } from 'drizzle-orm'
import type { Reputation } from '../../core/send/reputation-limits.ts'
import type { Database } from '../client/connect.ts'
import { deliveries, providerAccounts } from '../schema.ts'

/**
 * The figures that the limits compare, exactly. Unlike `readReputation` it always counts the accepted
 * emails of the last 24 h, so its cost grows with them.
 */
export async function countReputation(db: Database, account: string): Promise<Reputation> {
  const countedFrom = sql`coalesce(
    (select counted_from from ${providerAccounts} where name = ${account}), '-infinity')`
  const since = sql`greatest(now() - interval '24 hours', ${countedFrom})`
  const [row] = await db.execute<{ accepted: number; bounced: number; complained: number }>(sql`
    select accepted, bounced, complained from (
      select count(*) filter (where progress = 'bounced')::int as bounced,
        count(*) filter (where progress = 'complained')::int as complained
      from ${deliveries}
      where progress in ('bounced', 'complained') and progress_at > ${since}
        and closed_at > ${countedFrom}
    ) failures, (
      select count(*)::int as accepted from ${deliveries}
      where state = 'accepted' and closed_at > ${since}
    ) successes`)
  if (!row) throw new Error('the database returned no row')
  return row
}
