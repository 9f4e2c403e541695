import { sql } from 'drizzle-orm'
import { readDatabaseUrl } from '../../config/database-url.ts'
import { TidingsError } from '../../core/errors/tidings-error.ts'
import { connect, type Database, type Transaction } from './connect.ts'

/**
 * `session`: a connection keeps its backend, so session locks, settings and LISTEN work.
 * `transaction`: the next transaction may get another backend.
 */
export type Pooling = 'session' | 'transaction'

/** Work that needs a session would go through a pooler in transaction mode. */
export class SessionRequiredError extends TidingsError {
  override readonly isRetryable = false

  constructor(url: string) {
    const { host, port } = readDatabaseUrl(url)
    super(
      `${host}:${port} is a pooler in transaction mode, but schema changes need a session of their ` +
        'own; nothing was changed. Set DIRECT_URL to the database itself, or to a pooler in ' +
        'session mode (Supabase: port 5432; Neon: the host without -pooler).',
    )
  }
}

const ROUNDS = 5
/** Nothing is pinned: a transaction around each query would hide the pooler. */
const PROBE = { max: 1, ownSettings: true }

/**
 * Detects poolers by backend ids: PostgreSQL reports its own id on connecting, a pooler a made-up
 * one. Behind a pooler, `transaction` is proven, and `session` means that five rounds did not
 * refute it. Rejects if the database does not answer.
 */
export async function detectPooling(url: string): Promise<Pooling> {
  const watched = connect(url, PROBE)
  const other = connect(url, PROBE)
  try {
    const { backend, reported } = await readBackend(watched.db)
    if (backend === reported) return 'session'
    for (let round = 0; round < ROUNDS; round += 1) {
      const isShared = await other.db.transaction(async tx => {
        // In this order: with a pool of one backend, the second query would wait forever.
        if ((await readBackend(tx)).backend === backend) return true
        return (await readBackend(watched.db)).backend !== backend
      })
      if (isShared) return 'transaction'
      // A pooler hands out the backend that was used last, which is now that of the transaction.
      if ((await readBackend(watched.db)).backend !== backend) return 'transaction'
    }
    return 'session'
  } finally {
    await Promise.all([watched.close(), other.close()])
  }
}

/** Whether a URL leads to PostgreSQL itself, not to a pooler. Rejects if nothing answers. */
export async function isDirect(url: string): Promise<boolean> {
  const { db, close } = connect(url, PROBE)
  try {
    const { backend, reported } = await readBackend(db)
    return backend === reported
  } finally {
    await close()
  }
}

/** Throws `SessionRequiredError` if a URL leads through a pooler in transaction mode. */
export async function requireSession(url: string): Promise<void> {
  if ((await detectPooling(url)) === 'transaction') throw new SessionRequiredError(url)
}

/** The backend that answers, and the one reported when the client connected. */
async function readBackend(
  db: Database | Transaction,
): Promise<{ backend: number; reported: number }> {
  const rows = await db.execute<{ pid: number }>(sql`select pg_catalog.pg_backend_pid() as pid`)
  return { backend: rows[0]?.pid ?? 0, reported: rows.state.pid }
}
