import { sql } from 'drizzle-orm'
import { expect, onTestFinished, vi } from 'vitest'
import { connect, type Database } from '../../src/db/client/connect.ts'
import { createDatabase } from './database.ts'

/** Creates a database with connections for many workers, and a separate one for the test. */
export async function concurrentDatabase(): Promise<{ db: Database; outside: Database }> {
  const { db: outside, ownerUrl } = await createDatabase()
  const { db, close } = connect(ownerUrl, { max: 12 })
  onTestFinished(close)
  return { db, outside }
}

/** Runs all at the same time: a table lock blocks each of them until all are waiting. */
export async function atOnce<T>(
  outside: Database,
  table: string,
  work: (() => Promise<T>)[],
): Promise<T[]> {
  const results = await outside.transaction(async tx => {
    await tx.execute(sql`lock table ${sql.raw(table)} in access exclusive mode`)
    const started = Promise.allSettled(work.map(begin => begin()))
    await vi.waitFor(
      async () => {
        const [row] = await outside.execute<{ waiting: number }>(sql`
          select count(*)::int as waiting from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`)
        expect(row?.waiting).toBe(work.length)
      },
      { timeout: 8_000, interval: 20 },
    )
    // Not awaited here, since they continue only when this transaction ends.
    return { started }
  })
  return (await results.started).map(result => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}
