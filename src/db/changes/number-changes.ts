import { sql } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import { changeFeeds, changes } from '../schema.ts'

/** The row of `change_feeds` that counts the positions. */
const NUMBERED = 'numbered'

/** How many changes are numbered at once, at most. */
const AT_ONCE = 5_000

/**
 * Gives committed changes their positions in the feed, and resolves to the last one, and to whether all have one. Changes
 * are numbered after their commit, and by one transaction at a time, so none ever appears before a
 * position that was read already.
 */
export async function numberChanges(
  tx: Transaction,
): Promise<{ last: number; isComplete: boolean }> {
  // A statement of its own: the next one must see what was committed while this one waited.
  await tx.execute(sql`
    insert into ${changeFeeds} (name) values (${NUMBERED})
    on conflict (name) do update set name = excluded.name`)
  const [feed] = await tx.execute<{ position: number; count: number }>(sql`
    with unnumbered as (
      select id, row_number() over (order by id) as number from (
        select id from ${changes} where position is null order by id limit ${AT_ONCE}
      ) oldest
    ), numbered as (
      update ${changes} c set position = f.position + u.number
      from unnumbered u, ${changeFeeds} f
      where c.id = u.id and f.name = ${NUMBERED}
    )
    update ${changeFeeds} set position = position + (select count(*) from unnumbered)
    where name = ${NUMBERED}
    returning position::float8, (select count(*) from unnumbered)::int as count`)
  return { last: feed?.position ?? 0, isComplete: (feed?.count ?? 0) < AT_ONCE }
}
