import { applyMigrations } from '../db/migrate.ts'
import { startCluster } from '../postgres/start-cluster.ts'
import { installQueue } from '../queue/install-queue.ts'
import { LOCAL_DIRECTORY, loadConfig } from './load-config.ts'
import { createStepProgress } from './step-progress.ts'

/** `migrate`: brings the schema and the queue's tables to this version. */
export async function migrate(): Promise<number> {
  const { databaseUrl, directUrl, hostSchema } = await loadConfig()
  const cluster = databaseUrl
    ? undefined
    : await startCluster({ directory: `${LOCAL_DIRECTORY}/postgres` })
  try {
    const url = directUrl ?? databaseUrl ?? cluster?.url() ?? ''
    const progress = createStepProgress(process.stderr)
    const applied = await applyMigrations(url, {
      hostSchema,
      onWait: progress.waits,
      onStep: progress.show,
    }).finally(progress.end)
    await installQueue(url)
    console.log(applied > 0 ? `migrations applied: ${applied}` : 'nothing to migrate')
    return 0
  } finally {
    await cluster?.stop()
  }
}
