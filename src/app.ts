import { join } from 'node:path'
import type { Logger } from 'pino'
import { makeApi } from './app/api.ts'
import { levelOf } from './app/circuit-log.ts'
import { makeDashboard } from './app/dashboard.ts'
import { healthChecks } from './app/health-checks.ts'
import { type LocalMailbox, showMailbox } from './app/local-mailbox.ts'
import { makeScan } from './app/scan.ts'
import { whereToListen } from './app/where-to-listen.ts'
import { startWorkers } from './app/workers.ts'
import type { Config } from './config/config.ts'
import { type Timing, usualTiming } from './config/timing.ts'
import { connect, type Database } from './db/connect.ts'
import { recordEvent } from './db/events/record-event.ts'
import { readBacklog } from './db/metrics/read-backlog.ts'
import { applyMigrations, countMissing, NotMigrated } from './db/migrate.ts'
import { reach } from './db/reach.ts'
import { openRuns, type RunBook } from './db/trigger/open-runs.ts'
import { listen } from './http/listen.ts'
import { buildServer } from './http/server.ts'
import { createMailbox } from './mailbox/mailbox.ts'
import { createMetrics } from './metrics/metrics.ts'
import { startCluster } from './postgres/start-cluster.ts'
import { createQueue } from './queue/queue.ts'
import { createWebhookVerifier } from './resend/webhook.ts'

export interface AppOptions {
  /** Where local state lives: the embedded PostgreSQL, the mailbox. */
  directory: string
  logger: Logger
  /** Applies missing migrations also where DATABASE_URL is set; the embedded one always gets them. */
  migrate?: boolean
  /** False: leaves the schedule to others. */
  schedule?: boolean
  /** False: takes no job of any queue; see `App.scan`. */
  work?: boolean
  /** Long steps of the start, a line each. */
  onProgress?: (line: string) => void
  timing?: Partial<Timing>
}

export interface App {
  /** Where the HTTP server listens. */
  url: string
  /** Where to look at local mail; null where a provider's key is set. */
  mailbox: LocalMailbox | null
  databaseUrl: string
  db: Database
  runs: RunBook
  /** Scans one run to its end, also where this process takes no jobs. */
  scan(runId: string, stopping: AbortSignal): Promise<void>
  /** Lets work in hand end, hands the rest back and closes everything, in the reverse order. */
  stop(): Promise<void>
}

/** Builds the service out of its parts and starts them. The only place that knows them all. */
export async function startApp(config: Config, options: AppOptions): Promise<App> {
  const { directory, logger } = options
  const timing = { ...usualTiming, ...options.timing }
  const closers: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) {
      await close().catch(err => logger.error({ err }, 'a part did not stop well'))
    }
  }
  try {
    let { databaseUrl } = config
    if (!databaseUrl) {
      const cluster = await startCluster({
        directory: join(directory, 'postgres'),
        ...(options.onProgress && { onProgress: options.onProgress }),
      })
      closers.push(() => cluster.stop())
      databaseUrl = cluster.url()
    }
    const reached = await reach(databaseUrl)
    databaseUrl = reached.url
    const { hostSchema } = config
    const { db, close } = connect(databaseUrl, {
      hostSchema,
      prepare: reached.isDirect && config.pooler !== 'transaction',
      onLost: err => logger.error({ err }, 'the database was lost; it is tried again'),
      onBack: () => logger.info('the database is back'),
    })
    closers.push(close)
    if (!config.databaseUrl || options.migrate) {
      await applyMigrations(config.directUrl ?? databaseUrl, { hostSchema })
    } else await refuseUnmigrated(db)

    const listenUrl = await whereToListen({ ...config, ...reached }, logger)
    const queue = createQueue({
      url: databaseUrl,
      listenUrl,
      onError: err => logger[levelOf(err)]({ err }, 'the queue reports an error'),
    })
    await queue.start()
    closers.push(() => queue.stop())

    const runs = openRuns(db, queue.jobs, config)
    const mailbox = config.resend
      ? undefined
      : createMailbox({ journal: join(directory, 'mailbox.ndjson') })
    const metrics = createMetrics(() => readBacklog(db))
    const api = config.role === 'worker' ? undefined : makeApi({ config, db, runs, timing })
    const server = await buildServer({
      logger,
      trustProxy: config.trustProxy,
      checks: healthChecks(db, queue),
      metrics,
      ...(mailbox && { mailbox }),
      ...(config.resendWebhookSecret && {
        webhook: {
          verify: createWebhookVerifier(config.resendWebhookSecret),
          events: { record: event => recordEvent(db, queue.jobs, event) },
        },
      }),
      ...(api && {
        api,
        dashboard: makeDashboard({
          ...{ config, db, runs, timing, api, directory },
          hasMailbox: mailbox !== undefined,
        }),
      }),
    })
    closers.push(() => server.close())
    const url = await listen(server, config)

    if (config.role !== 'api' && options.work !== false) {
      const resend = config.resend ?? { apiKey: 're_local', baseUrl: `${url}/mailbox/api` }
      closers.push(await startWorkers({ config, db, queue, logger, timing, metrics, resend }))
      if (options.schedule !== false) {
        await queue.schedule(config.schedule, config.scheduleTimeZone)
      }
    }
    return {
      url,
      mailbox: mailbox ? showMailbox(mailbox, `${url}/mailbox`) : null,
      databaseUrl,
      db,
      runs,
      scan: makeScan({ config, db, jobs: queue.jobs, timing }),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function refuseUnmigrated(db: Database): Promise<void> {
  const missing = await countMissing(db)
  if (missing > 0) throw new NotMigrated(missing)
}
