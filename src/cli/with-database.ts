import type { Config } from '../config/config.ts'
import { connect, type Database } from '../db/client/connect.ts'
import { resolveConnection } from '../db/client/resolve-connection.ts'
import { countMissing, NotMigratedError } from '../db/migrate/migrate.ts'
import { withPostgres } from './with-postgres.ts'

/**
 * For commands that ask or change one thing: connects to the migrated database, or starts the
 * embedded one, calls `use`, and closes all again. Resolves to what `use` resolves to.
 */
export function withDatabase<T>(use: (db: Database, config: Config) => Promise<T>): Promise<T> {
  return withPostgres(async (config, url) => {
    const reached = await resolveConnection(url)
    const { db, close } = connect(reached.url, { hostSchema: config.hostSchema })
    try {
      const missing = await countMissing(db)
      if (missing > 0) throw new NotMigratedError(missing)
      return await use(db, config)
    } finally {
      await close()
    }
  })
}
