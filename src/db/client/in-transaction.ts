import { sql } from 'drizzle-orm'
import type { PgTransactionConfig } from 'drizzle-orm/pg-core'
import type { Database, Transaction } from './connect.ts'

/**
 * Reads tables by index and in its order, whatever PostgreSQL takes to be stored: for queries that are
 * written so that this is right for a table of any size, and wrong estimates could make of them a
 * reading of all of it.
 */
export const preferIndexScans = { enable_seqscan: 'off', enable_sort: 'off' }

/**
 * Does not wait for the disk at its commit: for what may be done again after a crash of the server, and
 * is then done again as a whole. PostgreSQL's log keeps its order, so the next commit that waits (a
 * claim, the end of a run) waits for this one as well.
 */
export const asyncCommit = { synchronous_commit: 'off' }

const always = {
  jit: 'off',
  timezone: 'UTC',
  statement_timeout: '30s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '30s',
}

/**
 * Runs `work` in a transaction that cannot hold its locks for ever: a statement or an idle pause of
 * more than 30 s, or a lock not had within 10 s, rolls it back. And without JIT, whose compiling took
 * half of a scan page's time (docs/decisions/set-based-scan.md), and in UTC, so that a UTC `timestamp`
 * goes unchanged into a host's `timestamptz`. The settings end with the transaction, so they are safe
 * behind a transaction pooler.
 *
 * @param settings of PostgreSQL, besides those; in our words only, since they stand in the statement
 */
export function inTransaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  config?: PgTransactionConfig,
  settings: Record<string, string> = {},
): Promise<T> {
  const set = Object.entries({ ...always, ...settings }).map(
    ([name, value]) => `set_config('${name}', '${value}', true)`,
  )
  return db.transaction(async tx => {
    // Not waited for: what `work` asks first is sent right behind it, and answered after it.
    const isSet = tx.execute(sql.raw(`select ${set.join(', ')}`)).execute()
    isSet.catch(() => {})
    try {
      return await work(tx)
    } finally {
      // Where it has failed, it is why the rest has.
      await isSet
    }
  }, config)
}

/** Runs `work`, which only reads, on one snapshot: what its queries find fits together. */
export function inSnapshot<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inTransaction(db, work, { isolationLevel: 'repeatable read', accessMode: 'read only' })
}
