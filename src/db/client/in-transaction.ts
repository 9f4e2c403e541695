import { sql } from 'drizzle-orm'
import type { PgTransactionConfig } from 'drizzle-orm/pg-core'
import type { Database, Transaction } from './connect.ts'

/**
 * Makes PostgreSQL read tables by index, in index order. For queries where this is right at any
 * table size and wrong estimates could lead to a full scan.
 */
export const preferIndexScans = { enable_seqscan: 'off', enable_sort: 'off' }

/**
 * Does not wait for the disk on commit. For work that is redone as a whole after a server crash.
 * The WAL keeps its order, so the next commit that waits (a claim, the end of a run) covers it.
 */
export const asyncCommit = { synchronous_commit: 'off' }

/** A claim must be on the disk before its request leaves, even if the server does not wait for it. */
const WAIT_FOR_DISK = `set_config('synchronous_commit', case current_setting('synchronous_commit')
  when 'off' then 'local' else current_setting('synchronous_commit') end, true)`

const baseSettings = {
  jit: 'off',
  timezone: 'UTC',
  statement_timeout: '30s',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '30s',
}

/**
 * Runs `work` in a transaction that is rolled back after a statement or idle time over 30 s, or a
 * lock wait over 10 s. The zone is UTC, JIT off (docs/decisions/set-based-scan.md), and the commit
 * waits for the disk. The settings end with the transaction, so transaction poolers are safe.
 *
 * @param settings further settings of PostgreSQL; constants only, since they are inlined
 */
export function inTransaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  config?: PgTransactionConfig,
  settings: Record<string, string> = {},
): Promise<T> {
  const set = Object.entries({ ...baseSettings, ...settings }).map(
    ([name, value]) => `set_config('${name}', '${value}', true)`,
  )
  if (!settings.synchronous_commit) set.push(WAIT_FOR_DISK)
  return db.transaction(async tx => {
    // Not awaited: the first query of `work` is sent right behind it and answered after it.
    const isSet = tx.execute(sql.raw(`select ${set.join(', ')}`)).execute()
    isSet.catch(() => {})
    try {
      return await work(tx)
    } finally {
      // If this failed, it is the reason why `work` failed.
      await isSet
    }
  }, config)
}

/** Runs `work`, which only reads, on one snapshot, so that its queries agree with each other. */
export function inSnapshot<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inTransaction(db, work, { isolationLevel: 'repeatable read', accessMode: 'read only' })
}
