import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { fromDrizzle, type InsertOptions, PgBoss } from 'pg-boss'
import { maskAddresses } from '../core/errors/mask-addresses.ts'
import { safeError } from '../core/errors/safe-error.ts'
import { defaultQueueSchema, queueNames } from '../core/queue.ts'
import type { RunType } from '../core/runs/run.ts'
import type { Schedule } from '../core/runs/schedule.ts'
import type { DeliverJob } from '../core/send/deliver-batch.ts'
import { isPinned } from '../db/client/pinned-settings.ts'
import { quoteName } from '../db/client/quote-name.ts'
import type { Jobs } from '../db/runs/jobs.ts'
import { connectionTo, listenVia } from './connection.ts'
import { pinSettings } from './pin-settings.ts'
import { createTickPlanner, type Tick } from './tick-planner.ts'

const {
  scan: SCAN,
  deliver: DELIVER,
  tick: TICK,
  later: LATER,
  maintenance: MAINTENANCE,
} = queueNames
/** Batches that are fetched and completed with one query each. */
const FETCH_SIZE = 8
/** At an odd minute, because other programs run their jobs on the hour. */
const NIGHTLY = '17 3 * * *'

export interface QueueOptions {
  /** pg-boss opens a `pg` pool of its own for it. */
  url: string
  /** The schema of pg-boss's tables, by default `pgboss`. */
  schema?: string | undefined
  /** Where to LISTEN for jobs; must keep its session. Absent: the workers only poll. */
  listenUrl?: string | undefined
  /** Connections of that pool, at most. */
  max?: number
  onError: (error: Error) => void
}

/** The workers' tasks. `stopping` asks them to end. */
export interface Handlers {
  scan(runId: string, stopping: AbortSignal): Promise<void>
  /**
   * Processes `first` and then the jobs that `next` returns, until it returns null. The queue has already
   * completed the jobs from `next`; if they are lost, the rescuer finds them.
   */
  deliver(
    first: DeliverJob,
    next: () => Promise<DeliverJob | null>,
    stopping: AbortSignal,
  ): Promise<void>
  /** A tick of the schedule; `tickId` is the same for every job of the tick. */
  tick(tickId: string): Promise<void>
  /** Starts a run for all users that a scan has asked for; `jobId` is the same in each try. */
  startDelayed(type: RunType, jobId: string): Promise<void>
  runMaintenance(stopping: AbortSignal): Promise<void>
}

export interface Queue {
  jobs: Jobs
  deliverLater(job: DeliverJob, inMs: number): Promise<void>
  /** Creates the queues, and pg-boss's schema if it is missing. */
  start(): Promise<void>
  /** Starts the workers. `onFailure` gets the errors of jobs, which are retried. */
  work(handlers: Handlers, onFailure: (error: Error, job: object) => void): Promise<void>
  /** Starts a run at each tick, a missed one once; null: never. Also schedules maintenance, nightly. */
  schedule(schedule: Schedule | null): Promise<void>
  /** Enqueues the next tick if its job is missing, once `schedule` has been called. */
  planTick(): Promise<void>
  isReady(): Promise<boolean>
  /**
   * Takes no further jobs and waits up to `timeoutMs` for running jobs and then for `settled`, which resolves
   * when the handlers' own tasks have ended.
   */
  endWork(timeoutMs: number, settled?: () => Promise<void>): Promise<void>
  /** Closes the connections. */
  stop(): Promise<void>
}

/**
 * Wraps pg-boss. A job only names a row, and the row decides what to do. So a job may arrive twice, late or
 * never; then the rescuer enqueues it again.
 */
export function createQueue(options: QueueOptions): Queue {
  const { url, schema = defaultQueueSchema, listenUrl, onError, max = 4 } = options
  const boss = new PgBoss({
    ...connectionTo(url),
    // pg-boss writes the name into its SQL as it is.
    schema: quoteName(schema),
    max,
    useListenNotify: listenUrl !== undefined,
    cronMonitorIntervalSeconds: 15,
    cronWorkerIntervalSeconds: 5,
  })
  boss.on('error', onError)
  if (!isPinned(url)) pinSettings(boss)
  if (listenUrl !== undefined && listenUrl !== url) listenVia(boss, listenUrl, onError)
  const stopping = new AbortController()
  const planner = createTickPlanner(boss, TICK)

  const fetched: DeliverJob[] = []
  const nextBatch = async () => {
    if (fetched.length === 0) {
      const jobs = await boss.fetch<DeliverJob>(DELIVER, { batchSize: FETCH_SIZE })
      if (jobs.length === 0) return null
      fetched.push(...jobs.map(job => job.data))
      await boss.complete(
        DELIVER,
        jobs.map(job => job.id),
      )
    }
    return fetched.shift() ?? null
  }
  const giveBack = async () => {
    const left = fetched.splice(0)
    if (left.length > 0) await enqueue(left, 0)
  }
  const enqueue = (jobs: DeliverJob[], inMs: number, options: InsertOptions = {}) => {
    const inserts = jobs.map(job => ({
      data: job,
      // At most one waiting job per batch.
      singletonKey: job.batchId,
      startAfter: inMs / 1000,
    }))
    return boss.insert(DELIVER, inserts, options)
  }

  return {
    jobs: {
      async scan(tx, runId) {
        await boss.insert(SCAN, [{ data: { runId }, singletonKey: runId }], {
          db: fromDrizzle(tx, sql),
        })
      },
      async startLater(tx, type, at) {
        const job = { data: { type }, singletonKey: `${type} ${at.toISOString()}`, startAfter: at }
        await boss.insert(LATER, [job], { db: fromDrizzle(tx, sql) })
      },
      async deliver(tx, jobs, inMs = 0) {
        const ids = await enqueue(jobs, inMs, { db: fromDrizzle(tx, sql), returnId: true })
        return ids?.length ?? 0
      },
    },

    async deliverLater(job, inMs) {
      await enqueue([job], inMs)
    },

    async start() {
      await boss.start()
      // Without a heartbeat a crashed worker's job ends, and the rescuer finds the worker's batches.
      const options = {
        policy: 'short',
        notify: true,
        retryLimit: 2,
        heartbeatSeconds: 30,
      } as const
      await boss.createQueue(SCAN, options)
      await boss.createQueue(DELIVER, options)
      await boss.createQueue(TICK, { policy: 'short', notify: true, retryLimit: 5 })
      await boss.createQueue(LATER, { policy: 'short', retryLimit: 5 })
      await boss.createQueue(MAINTENANCE, {
        policy: 'exclusive',
        retryLimit: 0,
        heartbeatSeconds: 30,
      })
    },

    async work(handlers, onFailure) {
      const reportFailure = async (job: object, work: Promise<void>) => {
        try {
          await work
        } catch (error) {
          // When the process stops, the job is handed back and has not failed.
          if (!stopping.signal.aborted) onFailure(error as Error, job)
          throw forOutput(error)
        }
      }
      // NOTIFY wakes only idle workers, not for postponed jobs, and not through every pooler. So each worker
      // also polls twice a second.
      const polling = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 }
      await boss.work<{ runId: string }>(SCAN, polling, async ([job]) => {
        if (job) await reportFailure(job.data, handlers.scan(job.data.runId, stopping.signal))
      })
      // A single worker, which processes all waiting jobs.
      await boss.work<DeliverJob>(DELIVER, polling, async ([job]) => {
        if (!job) return
        const work = handlers.deliver(job.data, nextBatch, stopping.signal).finally(giveBack)
        await reportFailure(job.data, work)
      })
      // Polling is also needed to retry a failed tick.
      const slowPolling = { pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 2 }
      await boss.work<Tick | null>(TICK, slowPolling, async ([job]) => {
        if (!job) return
        const work = planner.plan(job.data).then(() => handlers.tick(job.data?.at ?? job.id))
        await reportFailure({ tick: job.id }, work)
      })
      await boss.work<{ type: RunType }>(LATER, slowPolling, async ([job]) => {
        if (job) await reportFailure(job.data, handlers.startDelayed(job.data.type, job.id))
      })
      await boss.work(MAINTENANCE, slowPolling, async ([job]) => {
        if (job)
          await reportFailure({ maintenance: job.id }, handlers.runMaintenance(stopping.signal))
      })
    },

    async schedule(schedule) {
      planner.use(schedule)
      // Up to version 0.2 pg-boss enqueued the ticks.
      await boss.unschedule(TICK)
      await planner.plan()
      await boss.schedule(MAINTENANCE, NIGHTLY, null, { missed: 'once' })
    },

    planTick: () => planner.plan(),

    async isReady() {
      return (await boss.isInstalled()) && (await boss.getQueue(DELIVER)) !== null
    },

    async endWork(timeoutMs, settled) {
      stopping.abort()
      const ended = Promise.all(
        [SCAN, DELIVER, TICK, LATER, MAINTENANCE].map(name => boss.offWork(name, { wait: true })),
      ).then(settled)
      // Without ref, so that the timer does not keep an idle process running.
      await Promise.race([ended, delay(timeoutMs, undefined, { ref: false })])
    },

    async stop() {
      await boss.stop({ graceful: false })
    },
  }
}

/** pg-boss stores a job's error with all its fields in the job's `output`. */
function forOutput(error: unknown): Error {
  const { message, code, cause } = safeError(error)
  const stored = new Error(maskAddresses(cause ? `${message}: ${cause.message}` : message))
  return Object.assign(stored, { code: code ?? cause?.code })
}
