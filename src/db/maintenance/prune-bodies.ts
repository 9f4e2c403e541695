import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { batches } from '../schema.ts'

/** How long the contents of emails can be read; recipient and subject are kept longer. */
const KEPT_DAYS = 30

/** Deletes the bodies of resolved batches older than 30 days, `pageSize` per transaction. */
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
