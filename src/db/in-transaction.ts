import { sql } from 'drizzle-orm'
import type { PgTransactionConfig } from 'drizzle-orm/pg-core'
import type { Database, Transaction } from './connect.ts'

/**
 * Runs `work` in a transaction that cannot hold its locks for ever: a statement or an idle pause of
 * more than 30 s, or a lock not had within 10 s, rolls it back. And without JIT, whose compiling took
 * half of a scan page's time (docs/decisions/set-based-scan.md), and in UTC, so that a UTC `timestamp`
 * goes unchanged into a host's `timestamptz`. The settings end with the transaction, so they are safe
 * behind a transaction pooler.
 */
export function inTransaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  config?: PgTransactionConfig,
): Promise<T> {
  return db.transaction(async tx => {
    await tx.execute(sql`select
      set_config('jit', 'off', true),
      set_config('timezone', 'UTC', true),
      set_config('statement_timeout', '30s', true),
      set_config('lock_timeout', '10s', true),
      set_config('idle_in_transaction_session_timeout', '30s', true)`)
    return work(tx)
  }, config)
}

/** Runs `work`, which only reads, on one snapshot: what its queries find fits together. */
export function inSnapshot<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inTransaction(db, work, { isolationLevel: 'repeatable read', accessMode: 'read only' })
}
