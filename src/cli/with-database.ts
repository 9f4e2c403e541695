import type { Config } from '../config/config.ts'
import { connect, type Database } from '../db/connect.ts'
import { countMissing, NotMigrated } from '../db/migrate.ts'
import { startCluster } from '../postgres/start-cluster.ts'
import { LOCAL_DIRECTORY, loadConfig } from './load-config.ts'

/**
 * For commands that ask or change one thing: connects to the migrated database, or starts the
 * embedded one, calls `use`, and closes all again. Resolves to what `use` resolves to.
 */
export async function withDatabase<T>(
  use: (db: Database, config: Config) => Promise<T>,
): Promise<T> {
  const config = await loadConfig()
  const cluster = config.databaseUrl
    ? undefined
    : await startCluster({ directory: `${LOCAL_DIRECTORY}/postgres` })
  const { hostSchema } = config
  const { db, close } = connect(config.databaseUrl ?? cluster?.url() ?? '', { hostSchema })
  try {
    const missing = await countMissing(db)
    if (missing > 0) throw new NotMigrated(missing)
    return await use(db, config)
  } finally {
    await close()
    await cluster?.stop()
  }
}
