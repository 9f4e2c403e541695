import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { describeGuards } from '../config/delivery-guards.ts'
import { secretsOf } from '../config/secrets-of.ts'
import { type Timing, usualTiming } from '../config/timing.ts'
import { connect, type Database } from '../db/client/connect.ts'
import { isUnavailable } from '../db/client/is-unavailable.ts'
import { resolveConnection } from '../db/client/resolve-connection.ts'
import { recordEvent } from '../db/events/record-event.ts'
import { applyMigrations, requireMigrations } from '../db/migrate/migrate.ts'
import { requireOwnQueue } from '../db/migrate/queue-schema.ts'
import { createRunStore, type RunStore } from '../db/runs/run-store.ts'
import { createRendererLoader } from '../emails/load-renderer.ts'
import { closeWithin, listen } from '../http/listen.ts'
import { buildServer } from '../http/server.ts'
import { createMailbox } from '../local/mailbox/mailbox.ts'
import { mailboxRoutes } from '../local/mailbox/routes.ts'
import { startCluster } from '../local/postgres/start-cluster.ts'
import { wantedQueueVersion } from '../queue/install-queue.ts'
import { createQueue } from '../queue/queue.ts'
import { createWebhookVerifier } from '../resend/webhook.ts'
import { createApi } from './api.ts'
import { postChangesToReceiver } from './change-poster.ts'
import { levelOf } from './circuit-log.ts'
import { createDashboard } from './dashboard.ts'
import { guardedDeployment } from './deployment.ts'
import { healthChecks } from './health-checks.ts'
import { resolveListenUrl } from './listen-url.ts'
import {
  type LocalMailbox,
  localProvider,
  mailboxAccess,
  nameDatabase,
  showMailbox,
} from './local-mailbox.ts'
import { localSignInLinks } from './local-sign-in-links.ts'
import { createMetrics } from './metrics/metrics.ts'
import { readMetrics } from './metrics/read-metrics.ts'
import { createScanRunner } from './scan.ts'
import { createShutdownSteps } from './shutdown.ts'
import { startWorkers } from './workers.ts'

export interface AppOptions {
  /** Contains the local state: the embedded PostgreSQL and the mailbox. */
  directory: string
  logger: Logger
  /** Applies missing migrations even if DATABASE_URL is set; the embedded server always gets them. */
  migrate?: boolean
  /** False: does not change the schedule. */
  schedule?: boolean
  /** False: processes no jobs. `App.scan` still works. */
  work?: boolean
  /** Lets `App.signInLink` create links; only in local mode. */
  signInLinks?: boolean
  /** Called with one line for each slow step of the start. */
  onProgress?: (line: string) => void
  timing?: Partial<Timing>
}

export interface App {
  /** Where the HTTP server listens. */
  url: string
  /** Null if emails go to a provider. */
  mailbox: LocalMailbox | null
  /** Creates a single-use link that signs in to the dashboard; null outside local mode. */
  signInLink(): string | null
  databaseUrl: string
  db: Database
  runs: RunStore
  /** Scans one run to its end, even if this process processes no jobs. */
  scan(runId: string, stopping: AbortSignal): Promise<void>
  /** Waits for running work, hands back the rest and stops all components in reverse order. */
  stop(): Promise<void>
}

/** Wires all components of the service and starts them. */
export async function startApp(config: Config, options: AppOptions): Promise<App> {
  const { directory, logger } = options
  const timing = { ...usualTiming, ...options.timing }
  const shutdownSteps = createShutdownSteps(logger, timing.stop)
  if (config.production) for (const guard of describeGuards(config)) logger.warn(guard)
  try {
    let { databaseUrl } = config
    if (!databaseUrl) {
      const cluster = await startCluster({
        directory: join(directory, 'postgres'),
        ...(options.onProgress && { onProgress: options.onProgress }),
      })
      shutdownSteps.add('embedded PostgreSQL', () => cluster.stop())
      databaseUrl = cluster.url()
    }
    const reached = await resolveConnection(databaseUrl)
    databaseUrl = reached.url
    const { hostSchema, queueSchema } = config
    const queueTables = { name: queueSchema, version: wantedQueueVersion() }
    const { db, close } = connect(databaseUrl, {
      hostSchema,
      max: timing.databasePool,
      prepare: reached.isDirect && config.pooler !== 'transaction',
      onLost: err => logger.error({ err }, 'database connection lost; reconnecting'),
      onBack: () => logger.info('database connection restored'),
    })
    shutdownSteps.add('database', close)
    if (!config.databaseUrl || options.migrate) {
      await applyMigrations(config.directUrl ?? databaseUrl, { hostSchema, queue: queueTables })
    } else {
      await requireMigrations(db, hostSchema)
      await requireOwnQueue(db, queueTables)
    }

    const listenUrl = await resolveListenUrl({ ...config, ...reached }, logger)
    const queue = createQueue({
      url: databaseUrl,
      schema: queueSchema,
      listenUrl,
      max: timing.queuePool,
      onError: err => logger[levelOf(err)]({ err }, 'queue error'),
    })
    shutdownSteps.add('queue', () => queue.stop())
    await queue.start()

    const deployment = guardedDeployment(config)
    const runs = createRunStore(db, queue.jobs, {
      shadow: config.shadow,
      deployment,
    })
    const mailbox = config.localMailbox
      ? createMailbox({
          journal: join(directory, 'mailbox.ndjson'),
          database: nameDatabase(databaseUrl, !config.databaseUrl),
        })
      : undefined
    const signInLinks = options.signInLinks ? localSignInLinks(config) : undefined
    const metrics = createMetrics(() => readMetrics(config, db))
    const loadRenderer = createRendererLoader()
    const parts = { config, db, runs, timing, loadRenderer, metrics }
    const api = config.role === 'worker' ? undefined : createApi(parts)
    const server = await buildServer({
      logger,
      trustProxy: config.trustProxy,
      https: config.publicUrl.startsWith('https:'),
      limits: { requestMs: timing.httpRequest, connections: timing.connections },
      isUnavailable,
      checks: healthChecks(config, db, queue),
      metrics,
      ...(mailbox && {
        mailbox: mailboxRoutes(mailbox, mailboxAccess(config)),
      }),
      ...(config.resendWebhookSecret && {
        webhook: {
          verify: createWebhookVerifier(config.resendWebhookSecret),
          events: {
            record: async event => {
              await recordEvent(db, queue.jobs, event)
              metrics.countEvent(event.type)
            },
          },
        },
      }),
      ...(api && {
        api,
        dashboard: createDashboard({
          ...{ ...parts, api, directory, databaseUrl },
          hasMailbox: mailbox !== undefined,
          signInLinks,
        }),
      }),
    })
    shutdownSteps.add('HTTP server', () => closeWithin(server, timing.httpGrace))
    const url = await listen(server, config)

    if (config.role !== 'api' && options.work !== false) {
      const resend = {
        ...(config.resend ?? localProvider(config, url)),
        secrets: secretsOf(config),
      }
      shutdownSteps.add('change poster', await postChangesToReceiver({ ...parts, logger }))
      await startWorkers({ ...parts, queue, logger, resend }, shutdownSteps)
      if (options.schedule !== false) {
        const { schedule: cron, scheduleTimeZone: timeZone } = config
        await queue.schedule(cron ? { cron, timeZone } : null)
      }
    }
    return {
      url,
      mailbox: mailbox ? showMailbox(mailbox, `${url}/mailbox`) : null,
      signInLink: () => (signInLinks ? url + signInLinks.create() : null),
      databaseUrl,
      db,
      runs,
      scan: createScanRunner({ config, db, jobs: queue.jobs, timing }),
      stop: shutdownSteps.endAll,
    }
  } catch (error) {
    await shutdownSteps.endAll()
    throw error
  }
}
