import { sql } from 'drizzle-orm'
import type { ChangeFilter, ChangePage, FeedPosition } from '../../core/changes/change.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { changes } from '../schema.ts'
import { type ChangeRow, changeColumns, changeItems, toChange } from './change-row.ts'
import { numberChanges } from './number-changes.ts'

/** The rows that one page reads, at most, whatever the filter. */
const SEARCHED_ROWS = 10_000

/** Implements `ChangeFeed.list`. */
export function listChanges(
  db: Database,
  { type, userId }: ChangeFilter,
  limit: number,
  after?: FeedPosition,
): Promise<ChangePage> {
  return inTransaction(db, async tx => {
    const { last, isComplete } = await numberChanges(tx)
    const from = after ?? (await findStart(tx))
    // Restored from a backup, the feed may end before the cursor.
    const end = Math.min(last, from.row + SEARCHED_ROWS)
    const rows = await tx.execute<ChangeRow>(sql`
      select ${changeColumns} from ${changes} c ${changeItems}
      where c.position >= ${from.row} and c.position <= ${end}
        and (c.position, i.item) > (${from.row}::bigint, ${from.item}::bigint)
        ${type ? sql`and c.type = ${type}` : sql``}
        ${userId ? sql`and c.user_ids @> array[${userId}::uuid] and i.user_id = ${userId}` : sql``}
      order by c.position, i.item limit ${limit + 1}`)
    const page = rows.slice(0, limit)
    const lastItem = page.at(-1)
    const isFull = rows.length > limit && lastItem !== undefined
    const next = isFull ? { row: lastItem.position, item: lastItem.item } : endOf(end, from)
    return { changes: page.map(toChange), next, more: isFull || end < last || !isComplete }
  })
}

/** A row has no more items than this: those of one batch. */
const ALL_ITEMS = 1_000_000

/** After all of the rows that were read; null if there are none yet. */
function endOf(end: number, from: FeedPosition): FeedPosition | null {
  if (end > from.row) return { row: end, item: ALL_ITEMS }
  return from.row > 0 ? from : null
}

async function findStart(tx: Transaction): Promise<FeedPosition> {
  const [first] = await tx.execute<{ position: number }>(sql`
    select coalesce(min(position) - 1, 0)::float8 as position from ${changes}`)
  return { row: first?.position ?? 0, item: ALL_ITEMS }
}
