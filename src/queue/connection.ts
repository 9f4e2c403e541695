import { type Db, PgBoss } from 'pg-boss'
import { readDatabaseUrl } from '../config/database-url.ts'

/** Connection options for `pg`, equivalent to those that `connect` gives to postgres.js. */
export function connectionTo(url: string) {
  const { host, port, user, password, database, tls, applicationName, options } =
    readDatabaseUrl(url)
  return {
    host,
    port,
    ...(user && { user }),
    ...(password && { password }),
    ...(database && { database }),
    ssl: tls,
    application_name: applicationName ?? 'tidings-queue',
    // Passed on to `pg`, which would otherwise wait for an answer forever.
    ...{ query_timeout: 60_000, keepAlive: true, ...(options && { options }) },
  }
}

/**
 * Moves pg-boss's LISTEN to another connection: through a transaction pooler, other clients would receive
 * its notifications.
 */
export function listenVia(boss: PgBoss, url: string, onError: (error: Error) => void): void {
  const listener = new PgBoss(connectionTo(url))
  listener.on('error', onError)
  // pg-boss's own client subscribes again after a connection loss. Its pool stays empty.
  const db = listener.getDb() as Db & { open(): Promise<void>; listen: NonNullable<Db['listen']> }
  boss.getDb().listen = async (...subscription) => {
    await db.open()
    return db.listen(...subscription)
  }
}
