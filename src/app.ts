import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import { type Timing, usualTiming } from './config/timing.ts'
import { makeDeliverBatch } from './core/deliver-batch.ts'
import { keepHouse } from './core/housekeeping.ts'
import { lookUpUnknown } from './core/record/look-up.ts'
import { scanRun } from './core/scan/scan-run.ts'
import { makeKeepLane } from './core/send/keep-lane.ts'
import { type Lane, type LaneLog, tellHold } from './core/send/lane.ts'
import type { Provider } from './core/send/provider.ts'
import { startSweep } from './core/sweep.ts'
import { claimBatch } from './db/claim/claim-batch.ts'
import { connect, type Database } from './db/connect.ts'
import { recordEvent } from './db/events/record-event.ts'
import { pruneClaims } from './db/housekeeping/prune-claims.ts'
import { pruneEvents } from './db/housekeeping/prune-events.ts'
import { isLostConnection } from './db/lost-connection.ts'
import { readBacklog } from './db/metrics/read-backlog.ts'
import { applyMigrations, countMissing, NotMigrated } from './db/migrate.ts'
import { listFailures } from './db/record/list-failures.ts'
import { recordOutcome } from './db/record/record-outcome.ts'
import { acceptUnknown, listUnknown } from './db/record/unknown-deliveries.ts'
import { beginScan } from './db/scan/begin-scan.ts'
import { finishRunIfDone } from './db/scan/finish-run.ts'
import { requeueStalled } from './db/scan/requeue-stalled.ts'
import { scanPage } from './db/scan/scan-page.ts'
import { createBudget } from './db/send/budget.ts'
import { readHold } from './db/send/read-hold.ts'
import { watchLane } from './db/send/watch-lane.ts'
import { setEmailsEnabled } from './db/settings/set-emails-enabled.ts'
import { openRuns, type RunBook } from './db/trigger/open-runs.ts'
import { loadRenderer } from './emails/load-renderer.ts'
import { listen } from './http/listen.ts'
import { buildServer } from './http/server.ts'
import { signUnsubscribe, verifyUnsubscribe } from './links/unsubscribe-token.ts'
import { createMailbox, type Mailbox } from './mailbox/mailbox.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import { startCluster } from './postgres/start-cluster.ts'
import { createQueue, type Queue } from './queue/queue.ts'
import { createResendProvider, type ResendOptions } from './resend/provider.ts'
import { createSentMail } from './resend/sent-mail.ts'
import { createWebhookVerifier } from './resend/webhook.ts'

export interface AppOptions {
  /** Where local state lives: the embedded PostgreSQL, the mailbox. */
  directory: string
  logger: Logger
  /** Applies missing migrations also where DATABASE_URL is set; the embedded one always gets them. */
  migrate?: boolean
  /** False: leaves the schedule to others. */
  schedule?: boolean
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
  /** Lets work in hand end, hands the rest back and closes everything, in the reverse order. */
  stop(): Promise<void>
}

export interface LocalMailbox {
  url: string
  /** The page of the newest email of new notifications, or else of any; null where there is none. */
  example(): string | null
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
    const { db, close } = connect(databaseUrl, {
      onLost: err => logger.error({ err }, 'the database was lost; it is tried again'),
      onBack: () => logger.info('the database is back'),
    })
    closers.push(close)
    if (!config.databaseUrl || options.migrate) await applyMigrations(databaseUrl)
    else await refuseUnmigrated(db)

    const queue = createQueue({
      url: databaseUrl,
      concurrency: timing.concurrency,
      onError: err => logger[levelOf(err)]({ err }, 'the queue reports an error'),
    })
    await queue.start()
    closers.push(() => queue.stop())

    const runs = openRuns(db, queue.jobs)
    const mailbox = config.resend
      ? undefined
      : createMailbox({ journal: join(directory, 'mailbox.ndjson') })
    const metrics = createMetrics(() => readBacklog(db))
    const server = await buildServer({
      logger,
      checks: healthChecks(db, queue),
      metrics,
      ...(mailbox && { mailbox }),
      ...(config.resendWebhookSecret && {
        webhook: {
          verify: createWebhookVerifier(config.resendWebhookSecret),
          events: { record: event => recordEvent(db, queue.jobs, event) },
        },
      }),
      ...(config.role !== 'worker' && {
        api: {
          runs,
          failures: { listFailures: (runId, limit) => listFailures(db, runId, limit) },
          apiToken: config.apiToken,
          cronSecret: config.cronSecret,
          patience: timing.cronPatience,
          appName: config.appName,
          verify: token => verifyUnsubscribe(config.linkSecrets, token),
          switchOff: userId => setEmailsEnabled(db, userId, false),
        },
      }),
    })
    closers.push(() => server.close())
    const url = await listen(server, config)

    if (config.role !== 'api') {
      const resend = config.resend ?? { apiKey: 're_local', baseUrl: `${url}/mailbox/api` }
      const lastCall = new AbortController()
      closers.push(async () => {
        // What still waits for an answer by then is cut off: its outcome is unknown and repeated.
        const cut = setTimeout(() => lastCall.abort(), timing.grace)
        await queue.endWork(timing.grace + 3_000)
        clearTimeout(cut)
      })
      const provider = createResendProvider(resend)
      const lane = watchLane(db, LANE, timing)
      const sending = { provider, lane, lastCall: lastCall.signal, laneLog: logLane(logger) }
      await startWorkers({ config, db, queue, logger, timing, metrics, resend, ...sending })
      if (options.schedule !== false) {
        await queue.schedule(config.schedule, config.scheduleTimeZone)
      }
      const probing = new AbortController()
      const keepLane = makeKeepLane({
        provider,
        lane,
        log: sending.laneLog,
        probeTimeoutMs: timing.probe,
        lastCall: probing.signal,
      })
      const stopSweep = startSweep({
        requeue: async () =>
          requeueStalled(db, queue.jobs, (await keepLane()) ? 0 : timing.stalledAfter),
        every: timing.sweepEvery,
        onFound: count => logger.info({ count }, 'took up work that was left lying'),
        onError: err => logger[levelOf(err)]({ err }, 'the sweep failed; the next one tries again'),
      })
      closers.push(() => {
        probing.abort()
        return stopSweep()
      })
    }
    return {
      url,
      mailbox: mailbox ? showMailbox(mailbox, `${url}/mailbox`) : null,
      databaseUrl,
      db,
      runs,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function showMailbox(mailbox: Mailbox, url: string): LocalMailbox {
  return {
    url,
    example() {
      const emails = mailbox.emails()
      const isNew = (tag: { value: string }) => tag.value === 'new_notifications'
      const email = emails.find(({ tags }) => tags.some(isNew)) ?? emails[0]
      return email ? `${url}/${email.id}` : null
    },
  }
}

/** The one provider account there is. */
const LANE = 'resend'

function logLane(logger: Logger): LaneLog {
  return {
    stopped: line => logger.error(line, 'sending is stopped'),
    opened: line => logger.info(line, 'sending goes on'),
  }
}

interface WorkerParts {
  config: Config
  db: Database
  queue: Queue
  logger: Logger
  timing: Timing
  metrics: Metrics
  resend: ResendOptions
  provider: Provider
  lane: Lane
  laneLog: LaneLog
  lastCall: AbortSignal
}

/** Wires the way of an email: scan → claim → render → send → record. */
async function startWorkers(parts: WorkerParts): Promise<void> {
  const { config, db, queue, logger, timing } = parts
  const { jobs } = queue
  const { rules } = config
  const runEnd = { finishIfDone: (runId: string) => finishRunIfDone(db, jobs, runId) }
  const pages = {
    begin: (runId: string) => beginScan(db, runId),
    nextPage: (runId: string) => scanPage(db, runId, { rules, jobs, pageSize: timing.pageSize }),
  }
  const budget = await createBudget(db, { lane: LANE, requestsPerSecond: config.rateLimit })
  const deliverBatch = makeDeliverBatch({
    budget,
    lane: parts.lane,
    claims: {
      claim: (batchId, freeze) => claimBatch(db, batchId, freeze, { rules, leaseMs: timing.lease }),
    },
    renderer: await loadRenderer(),
    letterhead: {
      from: config.emailFrom,
      appName: config.appName,
      appUrl: config.appUrl,
      unsubscribeUrl: userId =>
        `${config.publicUrl}/unsubscribe/${signUnsubscribe(config.linkSecrets, userId)}`,
    },
    provider: parts.provider,
    records: {
      record: (batch, outcome, inMs) => recordOutcome(db, jobs, batch, outcome, inMs),
    },
    runs: runEnd,
    deliverLater: queue.deliverLater,
    log: {
      ...parts.laneLog,
      attempt: line => {
        parts.metrics.countAttempt(line)
        logger[line.error ? 'warn' : 'info'](line, 'attempt')
      },
    },
    requestTimeoutMs: timing.request,
    firstBackoffMs: timing.firstBackoff,
    lastCall: parts.lastCall,
  })
  const runs = openRuns(db, jobs)
  const started = async (tickId: string) => {
    const run = await runs.start({ type: 'all', trigger: 'schedule', idempotencyKey: tickId })
    logger.info({ runId: run.id }, 'the schedule started a run')
  }
  const lookUp = {
    sent: createSentMail(parts.resend),
    unknown: {
      list: (limit: number) => listUnknown(db, limit),
      accept: (deliveryId: string, providerId: string) => acceptUnknown(db, deliveryId, providerId),
    },
    pace: async () => {
      const slot = await budget.reserve()
      if ('pausedForMs' in slot) return false
      await delay(slot.waitMs)
      return true
    },
  }
  await requeueStalled(db, jobs, 0)
  await queue.work(
    {
      scan: (runId, signal) => scanRun(pages, runEnd, runId, signal),
      deliver: deliverBatch,
      tick: tickId => started(`schedule:${tickId}`),
      keepHouse: async signal => {
        const told = await lookUpUnknown({ ...lookUp, signal })
        if (told.asked > 0) logger.info(told, 'asked the provider for unknown outcomes')
        const prunings = [
          { what: 'claims', steps: () => pruneClaims(db, rules) },
          { what: 'events', steps: () => pruneEvents(db) },
        ]
        logger.info({ deleted: await keepHouse(prunings, signal) }, 'kept house')
      },
    },
    (err, job) => logger[levelOf(err)]({ err, job }, 'a job failed; it is tried again'),
  )
}

/** A lost database is told of once, by the connection, and not by everybody who misses it. */
function levelOf(error: Error): 'debug' | 'error' {
  return isLostConnection(error) ? 'debug' : 'error'
}

async function refuseUnmigrated(db: Database): Promise<void> {
  const missing = await countMissing(db)
  if (missing > 0) throw new NotMigrated(missing)
}

function healthChecks(db: Database, queue: Queue) {
  return {
    database: async () => {
      await db.execute(sql`select 1`)
      return null
    },
    queue: async () => ((await queue.isReady()) ? null : 'not installed'),
    migrations: async () => {
      const missing = await countMissing(db)
      return missing > 0 ? `${missing} not applied: run npm run tidings -- migrate` : null
    },
    lane: async () => {
      const hold = await readHold(db)
      return hold?.stopped ? { degraded: tellHold(hold) } : null
    },
  }
}
