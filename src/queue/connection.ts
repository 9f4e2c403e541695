import { type Db, PgBoss } from 'pg-boss'
import { readDatabaseUrl } from '../config/database-url.ts'

/** The same server, credentials and TLS for `pg` as `connect` gives to postgres.js. */
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
    // Passed on to `pg`, which otherwise waits for an answer for ever.
    ...{ query_timeout: 60_000, keepAlive: true, ...(options && { options }) },
  }
}

/** pg-boss would LISTEN where it works; through a transaction pooler others would get what it hears. */
export function listenElsewhere(boss: PgBoss, url: string, onError: (error: Error) => void): void {
  const elsewhere = new PgBoss(connectionTo(url))
  elsewhere.on('error', onError)
  // pg-boss's own: it subscribes again after a loss. Its pool stays empty.
  const db = elsewhere.getDb() as Db & { open(): Promise<void>; listen: NonNullable<Db['listen']> }
  boss.getDb().listen = async (...subscription) => {
    await db.open()
    return db.listen(...subscription)
  }
}
