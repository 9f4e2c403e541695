import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { changes } from '../schema.ts'

/** For a service that keeps attempts for good. */
const KEPT_DAYS = 90

/** Deletes changes older than RETENTION_DAYS, or else 90 days, `pageSize` per transaction. */
export async function* pruneChanges(
  db: Database,
  retentionDays = KEPT_DAYS,
  pageSize = 2_000,
): AsyncGenerator<number> {
  for (let deleted = pageSize; deleted === pageSize; ) {
    const rows = await inTransaction(db, tx =>
      tx.execute(sql`
        delete from ${changes} where id in (
          -- The oldest have the lowest ids, so no index on the time is needed.
          select id from (select id, at from ${changes} order by id limit ${pageSize}) oldest
          where at < now() - make_interval(days => ${retentionDays}::int)
        ) returning id`),
    )
    deleted = rows.length
    yield deleted
  }
}
