import { sql } from 'drizzle-orm'
import { decisiveCount } from '../../core/send/breaker.ts'
import type { ReadReputation } from '../../core/send/lane.ts'
import type { Database } from '../connect.ts'
import { deliveries, lanes } from '../schema.ts'

/**
 * What bounced, what was complained about, and what was accepted, in the last 24 h. What was sent
 * before the lane was resumed is forgiven, also where its bounce comes later.
 *
 * Asked every few seconds: accepted emails are counted only when there are enough bounces to matter,
 * and no further than where these can still be too many.
 */
export async function readReputation(db: Database, lane: string): Promise<ReadReputation | null> {
  const countedFrom = sql`coalesce(
    (select counted_from from ${lanes} where name = ${lane}), '-infinity')`
  const since = sql`greatest(now() - interval '24 hours', ${countedFrom})`
  const [bad] = await db.execute<Omit<ReadReputation, 'accepted'>>(sql`
    select count(*) filter (where progress = 'bounced')::int as bounced,
      count(*) filter (where progress = 'complained')::int as complained,
      (select counted_from::text from ${lanes} where name = ${lane}) as "countedFrom"
    from ${deliveries}
    where progress in ('bounced', 'complained') and progress_at > ${since}
      and closed_at > ${countedFrom}`)
  const decisive = bad ? decisiveCount(bad) : 0
  if (!bad || decisive === 0) return null
  const [good] = await db.execute<{ accepted: number }>(sql`
    select count(*)::int as accepted from (
      select from ${deliveries} where state = 'accepted' and closed_at > ${since}
      limit ${decisive}
    ) counted`)
  return { ...bad, accepted: good?.accepted ?? 0 }
}
