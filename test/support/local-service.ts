import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { type App, startApp } from '../../src/app/start-app.ts'
import { readConfig } from '../../src/config/config.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { API_TOKEN, CRON_SECRET } from './service.ts'

/** Starts a service without a provider's key, so that its emails go to its own mailbox. */
export async function startLocalService(): Promise<TestDatabase & { app: App }> {
  const database = await createDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'tidings-local-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const config = readConfig({
    DATABASE_URL: database.url,
    API_TOKEN,
    CRON_SECRET,
    LINK_SECRET: 'test-link-secret',
    PORT: '0',
    SCHEDULE: 'off',
  })
  const app = await startApp(config, { directory, logger: pino({ level: 'silent' }) })
  onTestFinished(() => app.stop())
  return { ...database, app }
}
