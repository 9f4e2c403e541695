import { sql } from 'drizzle-orm'
import type { ChangeBatch } from '../../core/changes/post-changes.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { changeFeeds, changes } from '../schema.ts'
import { type ChangeRow, changeColumns, changeItems, toChange } from './change-row.ts'
import { numberChanges } from './number-changes.ts'

/** The row of `change_feeds` for what was posted. */
export const POSTED = 'posted'

/** Changes in one request, at most; more only for the emails of one batch. */
const BATCH_SIZE = 100

/** The feed's first post begins with what happens from then on. */
export async function beginPosting(db: Database): Promise<void> {
  await inTransaction(db, async tx => {
    const { last } = await numberChanges(tx)
    await tx.execute(sql`
      insert into ${changeFeeds} (name, position) values (${POSTED}, ${last})
      on conflict (name) do nothing`)
  })
}

/**
 * Implements `PostStore.claim`. The end of a batch is stored before it is posted, so each try has
 * the same changes under the same id.
 *
 * @param leaseMs how long no other process may post; longer than a request can take
 */
export function claimPost(db: Database, leaseMs: number): Promise<ChangeBatch | null> {
  return inTransaction(db, async tx => {
    const { last } = await numberChanges(tx)
    const [feed] = await tx.execute<{ position: number; through: number | null }>(sql`
      select position::float8, through::float8 from ${changeFeeds}
      where name = ${POSTED} and next_at <= now() and (position < ${last} or through is not null)
      for update skip locked`)
    if (!feed) return null
    const through = feed.through ?? (await findEnd(tx, feed.position, last))
    const [state] = await tx.execute<{ failures: number; failing_ms: number }>(sql`
      update ${changeFeeds} set through = ${through},
        next_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
      where name = ${POSTED}
      returning failures, coalesce(extract(epoch from now() - failing_since) * 1000, 0)::float8
        as failing_ms`)
    const rows = await tx.execute<ChangeRow>(sql`
      select ${changeColumns} from ${changes} c ${changeItems}
      where c.position > ${feed.position} and c.position <= ${through}
      order by c.position, i.item`)
    return {
      id: `changes_${feed.position + 1}_${through}`,
      rows: { after: feed.position, through },
      changes: rows.map(toChange),
      failures: state?.failures ?? 0,
      failingForMs: state?.failing_ms ?? 0,
    }
  })
}

/** The last row of the next batch. */
async function findEnd(tx: Transaction, position: number, last: number): Promise<number> {
  const [end] = await tx.execute<{ position: number }>(sql`
    select coalesce(max(position) filter (where items <= ${BATCH_SIZE}), min(position), ${last})::float8
      as position
    from (
      select position,
        sum(greatest(1, coalesce(cardinality(user_ids), 1))) over (order by position) as items
      from ${changes} where position > ${position} order by position limit ${BATCH_SIZE}
    ) following`)
  return end?.position ?? last
}
