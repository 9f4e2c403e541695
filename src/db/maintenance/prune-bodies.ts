import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { batches } from '../schema.ts'

/** For how long what was sent can be read; what was sent to whom, and under which subject, stays. */
const KEPT_DAYS = 30

/** Drops the bodies of batches that were frozen more than 30 days ago and are done with, `pageSize` a transaction. */
export async function* pruneBodies(db: Database, pageSize = 200): AsyncGenerator<number> {
  for (let dropped = pageSize; dropped === pageSize; ) {
    const rows = await inTransaction(db, tx =>
      tx.execute(sql`
        update ${batches} set body = null where id in (
          select id from ${batches}
          where body is not null and state = 'resolved'
            and frozen_at < now() - make_interval(days => ${KEPT_DAYS}::int)
          order by frozen_at limit ${pageSize} for update skip locked
        ) returning id`),
    )
    dropped = rows.length
    yield dropped
  }
}
