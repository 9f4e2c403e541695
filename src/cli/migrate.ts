import { applyMigrations } from '../db/migrate.ts'
import { startCluster } from '../postgres/start-cluster.ts'
import { createQueue } from '../queue/queue.ts'
import { LOCAL_DIRECTORY, loadConfig } from './load-config.ts'

/** `migrate`: brings the schema and the queue's tables to this version. */
export async function migrate(): Promise<number> {
  const { databaseUrl } = await loadConfig()
  const cluster = databaseUrl
    ? undefined
    : await startCluster({ directory: `${LOCAL_DIRECTORY}/postgres` })
  try {
    const url = databaseUrl ?? cluster?.url() ?? ''
    const applied = await applyMigrations(url)
    const queue = createQueue({
      url,
      concurrency: 1,
      onError: error => console.error(error.message),
    })
    await queue.start()
    await queue.stop()
    console.log(applied > 0 ? `migrations applied: ${applied}` : 'nothing to migrate')
    return 0
  } finally {
    await cluster?.stop()
  }
}
