import type { Config } from '../config/config.ts'
import { connect, type Database } from '../db/client/connect.ts'
import { resolveConnection } from '../db/client/resolve-connection.ts'
import { requireMigrations } from '../db/migrate/migrate.ts'
import { withPostgres } from './with-postgres.ts'

/**
 * Connects to the migrated database, or starts the embedded one, calls `use`, and closes everything.
 * Resolves to what `use` resolves to.
 */
export function withDatabase<T>(use: (db: Database, config: Config) => Promise<T>): Promise<T> {
  return withPostgres(async (config, url) => {
    const connection = await resolveConnection(url)
    const { db, close } = connect(connection.url, { hostSchema: config.hostSchema })
    try {
      await requireMigrations(db, config.hostSchema)
      return await use(db, config)
    } finally {
      await close()
    }
  })
}
