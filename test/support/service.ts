import Fastify from 'fastify'
import { type Logger, pino } from 'pino'
import { onTestFinished } from 'vitest'
import { type App, startApp } from '../../src/app/start-app.ts'
import { type Config, readConfig } from '../../src/config/config.ts'
import type { Timing } from '../../src/config/timing.ts'
import type { Run, RunRequest } from '../../src/core/runs/run.ts'
import { waitForRun } from '../../src/core/runs/wait-for-run.ts'
import {
  createMailbox,
  type Mailbox,
  type MailboxOptions,
} from '../../src/local/mailbox/mailbox.ts'
import { mailboxRoutes } from '../../src/local/mailbox/routes.ts'
import { createDatabase, type TestDatabase } from './database.ts'

export const API_TOKEN = 'test-api-token'
export const CRON_SECRET = 'test-cron-secret'

export interface Provider {
  mailbox: Mailbox
  /** The value of RESEND_BASE_URL. */
  baseUrl: string
}

/** Opens a provider that is independent of the service. */
export async function openProvider(options: MailboxOptions = {}): Promise<Provider> {
  const mailbox = createMailbox({ rateLimit: Number.POSITIVE_INFINITY, ...options })
  const server = Fastify()
  await server.register(mailboxRoutes(mailbox, { faults: {} }), { prefix: '/mailbox' })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  return { mailbox, baseUrl: `${url}/mailbox/api` }
}

type ServiceDatabase = Pick<TestDatabase, 'url' | 'db'>

export interface ServiceOptions {
  /** May be shared with another service of the test. */
  database?: ServiceDatabase
  provider?: Provider
  env?: Record<string, string>
  timing?: Partial<Timing>
  logger?: Logger
}

export interface Service extends ServiceDatabase {
  app: App
  mailbox: Mailbox
  provider: Provider
  config: Config
  /** Starts a run and waits until it ends. */
  run(request?: Partial<RunRequest>): Promise<Run>
}

/** Starts the whole service with its own database and provider; stopped when the test ends. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const database = options.database ?? (await createDatabase())
  const provider = options.provider ?? (await openProvider())
  const config = readConfig({
    DATABASE_URL: database.url,
    RESEND_API_KEY: 're_test',
    RESEND_BASE_URL: provider.baseUrl,
    EMAIL_FROM: 'Tidings <tidings@example.com>',
    API_TOKEN,
    CRON_SECRET,
    LINK_SECRET: 'test-link-secret',
    PORT: '0',
    SCHEDULE: 'off',
    RATE_LIMIT: '1000',
    ...options.env,
  })
  const app = await startApp(config, {
    directory: '/nonexistent',
    logger: options.logger ?? pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
    timing: {
      ...{ rescueEvery: 200, stalledAfter: 1_000, firstProbe: 200 },
      // A connection costs the machine more than the work of most tests.
      ...{ databasePool: 4, queuePool: 2 },
      ...options.timing,
    },
  })
  onTestFinished(() => app.stop())
  const { mailbox } = provider
  const run = async (request: Partial<RunRequest> = {}) => {
    const started = await app.runs.start({ type: 'all', trigger: 'http', ...request })
    return waitForRun(app.runs, started.id, { every: 20 })
  }
  return { ...database, app, mailbox, provider, config, run }
}
