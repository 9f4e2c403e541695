import { sql } from 'drizzle-orm'
import { expect, onTestFinished, vi } from 'vitest'
import { connect, type Database } from '../../src/db/client/connect.ts'
import { createDatabase } from './database.ts'

/** A database with a connection for each of many workers, and some for who watches them. */
export async function concurrentDatabase(): Promise<{ db: Database; outside: Database }> {
  const { db: outside, ownerUrl } = await createDatabase()
  const { db, close } = connect(ownerUrl, { max: 12 })
  onTestFinished(close)
  return { db, outside }
}

/** Starts all at the same instant: none gets past a table before every one has come to a lock. */
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
    // Not awaited yet: they go on when this transaction ends.
    return { started }
  })
  return (await results.started).map(result => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}
