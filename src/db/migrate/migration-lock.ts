import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { connect, type Database } from '../client/connect.ts'
import { needSession } from '../client/detect-pooling.ts'
import { PIN_SESSION } from '../client/search-path.ts'

/** Any number that nobody else in the host's database is likely to lock. */
const LOCK = 7_431_846

export interface LockOptions {
  /** Where the host's tables stand; `public` where nothing is said. */
  hostSchema?: string | undefined
  /** Called once when another process has the lock; then this one waits for it. */
  onWait?: (() => void) | undefined
}

/**
 * Calls `work` with a connection of its own, which holds the lock that every change of the schema is
 * made under; Drizzle itself takes none. The connection has no time limit. Rejects with
 * `SessionRequiredError` where the lock would not hold.
 */
export async function withMigrationLock<T>(
  url: string,
  { hostSchema = 'public', onWait }: LockOptions,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  await needSession(url)
  // A lock of the session: everything must go over one connection.
  const limitMs = Number.POSITIVE_INFINITY
  const { db, close } = connect(url, { max: 1, limitMs, hostSchema, ownSearchPath: true })
  try {
    await db.execute(sql.raw(PIN_SESSION))
    // Asked for again and again, not waited for: who waits inside a statement holds a snapshot, and the
    // lock's holder may be at CREATE INDEX CONCURRENTLY, which waits for every snapshot to end.
    for (let waits = 0; !(await tryLock(db)); waits += 1) {
      if (waits === 0) onWait?.()
      await delay(200)
    }
    await db.execute(sql`select
      set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false),
      set_config('idle_in_transaction_session_timeout', '0', false)`)
    return await work(db)
  } finally {
    await close()
  }
}

async function tryLock(db: Database): Promise<boolean> {
  const [row] = await db.execute<{ had: boolean }>(sql`select pg_try_advisory_lock(${LOCK}) as had`)
  return row?.had === true
}
