import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { events } from '../schema.ts'

/** The provider repeats an event for about 28 h; the delivery keeps its effect. */
const KEPT_DAYS = 90

/** Deletes delivery events received more than 90 days ago, `pageSize` per transaction. */
export async function* pruneEvents(db: Database, pageSize = 2_000): AsyncGenerator<number> {
  for (let deleted = pageSize; deleted === pageSize; ) {
    const rows = await inTransaction(db, tx =>
      tx.execute(sql`
        delete from ${events} where id in (
          select id from ${events}
          where received_at < now() - make_interval(days => ${KEPT_DAYS}::int)
          order by received_at limit ${pageSize} for update skip locked
        ) returning id`),
    )
    deleted = rows.length
    yield deleted
  }
}
