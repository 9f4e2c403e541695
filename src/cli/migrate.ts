import { withoutLimits } from '../db/client/resolve-connection.ts'
import { applyMigrations } from '../db/migrate/migrate.ts'
import { installQueue, wantedQueueVersion } from '../queue/install-queue.ts'
import { createOutput, say } from './output.ts'
import { createStepProgress } from './step-progress.ts'
import { withPostgres } from './with-postgres.ts'

/** `migrate`: updates the schema and the queue's tables to this version. */
export function migrate({ json = false }: { json?: boolean }): Promise<number> {
  return withPostgres(async ({ directUrl, hostSchema, queueSchema }, databaseUrl) => {
    const url = directUrl ?? databaseUrl
    const progress = createStepProgress(process.stderr)
    const applied = await applyMigrations(url, {
      hostSchema,
      queue: { name: queueSchema, version: wantedQueueVersion() },
      onWait: progress.waits,
      onStep: progress.show,
    }).finally(progress.end)
    await installQueue(await withoutLimits(url), queueSchema, error => say(error.message))
    const output = createOutput()
    if (json) await output.printJson({ applied })
    else await output.print(applied > 0 ? `migrations applied: ${applied}` : 'nothing to migrate')
    return 0
  })
}
