import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { batches, runKeys, runs } from '../schema.ts'
import { isOver, type RetentionPolicy } from './retention-policy.ts'

/**
 * Deletes runs that ended before `RETENTION_DAYS` and have no batch left, with their idempotency
 * keys; `pageSize` per transaction.
 */
export async function* pruneRuns(
  db: Database,
  { retentionDays }: Pick<RetentionPolicy, 'retentionDays'>,
  pageSize = 500,
): AsyncGenerator<number> {
  for (let deleted = pageSize; deleted === pageSize; ) {
    const rows = await inTransaction(db, tx =>
      tx.execute(sql`
        with obsolete as (
          select id from ${runs} r
          where ${isOver(retentionDays)}
            and not exists (select from ${batches} b where b.run_id = r.id)
          order by created_at limit ${pageSize}
        ), key as (
          delete from ${runKeys} k using obsolete u where k.run_id = u.id
        )
        delete from ${runs} r using obsolete u where r.id = u.id returning r.id`),
    )
    deleted = rows.length
    yield deleted
  }
}
