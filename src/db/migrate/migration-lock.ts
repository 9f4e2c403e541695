import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { connect, type Database } from '../client/connect.ts'
import { requireSession } from '../client/detect-pooling.ts'
import { PIN_SESSION } from '../client/pinned-settings.ts'
import { requireUtf8 } from './require-utf8.ts'

/** An arbitrary number that nothing else in the host's database is likely to lock. */
const LOCK = 7_431_846

export interface LockOptions {
  /** The schema of the host's tables; by default `public`. */
  hostSchema?: string | undefined
  /** Called once if another process holds the lock; this one then waits for it. */
  onWait?: (() => void) | undefined
}

/**
 * Calls `work` with a connection of its own that holds the lock for schema changes and has no time
 * limit; Drizzle itself takes no lock. Rejects with `SessionRequiredError` if the lock would not
 * hold, with `EncodingError` if the database's encoding is not UTF8.
 */
export async function withMigrationLock<T>(
  url: string,
  { hostSchema = 'public', onWait }: LockOptions,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  await requireSession(url)
  // A session lock: everything must use one connection.
  const limitMs = Number.POSITIVE_INFINITY
  const { db, close } = connect(url, { max: 1, limitMs, hostSchema, ownSettings: true })
  try {
    await db.execute(sql.raw(PIN_SESSION))
    await requireUtf8(db)
    // Polls, because a statement that waits holds a snapshot, and the lock's holder may run CREATE
    // INDEX CONCURRENTLY, which waits for every snapshot to end.
    for (let waits = 0; !(await tryLock(db)); waits += 1) {
      if (waits === 0) onWait?.()
      await delay(200)
    }
    await db.execute(sql`
      select set_config(name, '0', false) from pg_settings where name in ('statement_timeout',
        'lock_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout',
        'idle_session_timeout')`)
    return await work(db)
  } finally {
    await close()
  }
}

async function tryLock(db: Database): Promise<boolean> {
  const [row] = await db.execute<{ acquired: boolean }>(
    sql`select pg_try_advisory_lock(${LOCK}) as acquired`,
  )
  return row?.acquired === true
}
