import { sql } from 'drizzle-orm'
import { readDatabaseUrl } from '../../config/database-url.ts'
import { TidingsError } from '../../core/errors/tidings-error.ts'
import { connect, type Database, type Transaction } from './connect.ts'

/**
 * `session`: a connection keeps its backend, so locks, settings and LISTEN of a session hold.
 * `transaction`: the next transaction may have another one.
 */
export type Pooling = 'session' | 'transaction'

/** Work that needs a session was to go through a pooler that keeps none. */
export class SessionRequiredError extends TidingsError {
  override readonly isRetryable = false

  constructor(url: string) {
    const { host, port } = readDatabaseUrl(url)
    super(
      `${host}:${port} is a pooler in transaction mode, and what changes the schema needs a session ` +
        'of its own; nothing was changed. Set DIRECT_URL to the database itself, or to a pooler in ' +
        'session mode (Supabase: port 5432; Neon: the host without -pooler).',
    )
  }
}

const ROUNDS = 5
/** Nothing is known of the way yet, and a transaction for each question would hide what is in between. */
const ASKING = { max: 1, ownSearchPath: true }

/**
 * Finds out what stands between this process and the database. PostgreSQL tells every client its
 * backend's id when it connects; a pooler tells one that it has made up. Where there is a pooler, a
 * connection keeps its backend while another one is in a transaction, or it does not: a `transaction`
 * is proven, a `session` is what five rounds have not refuted. Rejects where the database does not
 * answer.
 */
export async function detectPooling(url: string): Promise<Pooling> {
  const watched = connect(url, ASKING)
  const other = connect(url, ASKING)
  try {
    const { backend, told } = await whoAnswers(watched.db)
    if (backend === told) return 'session'
    for (let round = 0; round < ROUNDS; round += 1) {
      const isShared = await other.db.transaction(async tx => {
        // In this order: in a pool of one, the second question would wait for ever.
        if ((await whoAnswers(tx)).backend === backend) return true
        return (await whoAnswers(watched.db)).backend !== backend
      })
      if (isShared) return 'transaction'
    }
    return 'session'
  } finally {
    await Promise.all([watched.close(), other.close()])
  }
}

/** Whether a URL leads to PostgreSQL itself: nobody in between makes up backends. Rejects as above. */
export async function leadsToServer(url: string): Promise<boolean> {
  const { db, close } = connect(url, ASKING)
  try {
    const { backend, told } = await whoAnswers(db)
    return backend === told
  } finally {
    await close()
  }
}

/** Throws `SessionRequiredError` where a URL leads through a pooler in transaction mode. */
export async function needSession(url: string): Promise<void> {
  if ((await detectPooling(url)) === 'transaction') throw new SessionRequiredError(url)
}

/** The backend that answers, and the one that the client was told of when it connected. */
async function whoAnswers(db: Database | Transaction): Promise<{ backend: number; told: number }> {
  const rows = await db.execute<{ pid: number }>(sql`select pg_catalog.pg_backend_pid() as pid`)
  return { backend: rows[0]?.pid ?? 0, told: rows.state.pid }
}
