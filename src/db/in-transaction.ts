import { sql } from 'drizzle-orm'
import type { PgTransactionConfig } from 'drizzle-orm/pg-core'
import type { Database, Transaction } from './connect.ts'

/**
 * Reads tables by index and in its order, whatever PostgreSQL takes to be stored: for queries that are
 * written so that this is right for a table of any size, and wrong estimates could make of them a
 * reading of all of it.
 */
export const byIndex = { enable_seqscan: 'off', enable_sort: 'off' }

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
 * @param settings of PostgreSQL, besides those
 */
export function inTransaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  config?: PgTransactionConfig,
  settings: Record<string, string> = {},
): Promise<T> {
  const all = Object.entries({ ...always, ...settings })
  return db.transaction(async tx => {
    const set = all.map(([name, value]) => sql`set_config(${name}, ${value}, true)`)
    await tx.execute(sql`select ${sql.join(set, sql`, `)}`)
    return work(tx)
  }, config)
}

/** Runs `work`, which only reads, on one snapshot: what its queries find fits together. */
export function inSnapshot<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inTransaction(db, work, { isolationLevel: 'repeatable read', accessMode: 'read only' })
}
