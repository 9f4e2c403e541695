import type { Config } from '../config/config.ts'
import { startCluster } from '../local/postgres/start-cluster.ts'
import { LOCAL_DIRECTORY, loadConfig } from './load-config.ts'

/**
 * Calls `use` with the configuration and DATABASE_URL, or with the embedded PostgreSQL, which runs until
 * `use` ends. Resolves to what `use` resolves to.
 */
export async function withPostgres<T>(
  use: (config: Config, databaseUrl: string) => Promise<T>,
): Promise<T> {
  const config = await loadConfig({ sends: false })
  if (config.databaseUrl) return use(config, config.databaseUrl)
  const cluster = await startCluster({ directory: `${LOCAL_DIRECTORY}/postgres` })
  try {
    return await use(config, cluster.url())
  } finally {
    await cluster.stop()
  }
}
