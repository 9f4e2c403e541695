import { sql } from 'drizzle-orm'
import type { ReadReputation } from '../../core/send/circuit-breaker.ts'
import { decisiveCount } from '../../core/send/reputation-limits.ts'
import type { Database } from '../client/connect.ts'
import { deliveries, providerAccounts } from '../schema.ts'

/**
 * Bounces, complaints and accepted emails of the last 24 h, except emails from before sending was
 * resumed by hand. It runs often, so it counts accepted emails only if there are enough bounces to
 * matter, and only up to the count where these can still be too many.
 *
 * @param factor counts up to so many times more, to show a share below the limit
 */
export async function readReputation(
  db: Database,
  account: string,
  factor = 1,
): Promise<ReadReputation | null> {
  const countedFrom = sql`coalesce(
    (select counted_from from ${providerAccounts} where name = ${account}), '-infinity')`
  const since = sql`greatest(now() - interval '24 hours', ${countedFrom})`
  const [failures] = await db.execute<Omit<ReadReputation, 'accepted'>>(sql`
    select count(*) filter (where progress = 'bounced')::int as bounced,
      count(*) filter (where progress = 'complained')::int as complained,
      (select counted_from::text from ${providerAccounts} where name = ${account}) as "countedFrom"
    from ${deliveries}
    where progress in ('bounced', 'complained') and progress_at > ${since}
      and closed_at > ${countedFrom}`)
  const decisive = failures ? decisiveCount(failures) : 0
  if (!failures || decisive === 0) return null
  const [successes] = await db.execute<{ accepted: number }>(sql`
    select count(*)::int as accepted from (
      select from ${deliveries} where state = 'accepted' and closed_at > ${since}
      limit ${decisive * factor}
    ) counted`)
  return { ...failures, accepted: successes?.accepted ?? 0 }
}
