import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { fromDrizzle, type InsertOptions, PgBoss } from 'pg-boss'
import { maskAddresses } from '../core/errors/mask-addresses.ts'
import { safeError } from '../core/errors/safe-error.ts'
import type { Schedule } from '../core/runs/schedule.ts'
import type { DeliverJob } from '../core/send/deliver-batch.ts'
import { isPinned } from '../db/client/search-path.ts'
import type { Jobs } from '../db/runs/jobs.ts'
import { connectionTo, listenElsewhere } from './connection.ts'
import { pinSearchPath } from './pin-search-path.ts'
import { createTickPlanner, type Tick } from './tick-planner.ts'

/** The queues' names in pg-boss. */
const SCAN = 'scan'
const DELIVER = 'deliver'
const TICK = 'scheduled-run'
const HOUSEKEEPING = 'housekeeping'
/** Further batches that are taken at once: the queue is asked, and told, once for all of them. */
const TAKEN = 8
/** Once a night, at an odd minute: others have their jobs on the hour. */
const NIGHTLY = '17 3 * * *'

export interface QueueOptions {
  /** pg-boss keeps a `pg` pool of its own on it. */
  url: string
  /** Where to LISTEN for jobs: it must keep a session. Absent: the workers poll and nothing else. */
  listenUrl?: string | undefined
  /** Connections of that pool, at most. */
  max?: number
  onError: (error: Error) => void
}

/** What the workers do; each takes the signal that asks them to come to an end. */
export interface Handlers {
  scan(runId: string, stopping: AbortSignal): Promise<void>
  /**
   * Work off `first` and then whatever `next` gives, until that is null. The queue knows no more of what
   * `next` gave: what is lost of it, the sweep finds.
   */
  deliver(
    first: DeliverJob,
    next: () => Promise<DeliverJob | null>,
    stopping: AbortSignal,
  ): Promise<void>
  /** A tick of the schedule; `tickId` is the same for every job of the tick. */
  tick(tickId: string): Promise<void>
  runMaintenance(stopping: AbortSignal): Promise<void>
}

export interface Queue {
  jobs: Jobs
  deliverLater(job: DeliverJob, inMs: number): Promise<void>
  /** Creates the queues; the schema `pgboss` as well where it is missing. */
  start(): Promise<void>
  /** Begins to work; `onFailure` hears of jobs that throw, which are then tried again. */
  work(handlers: Handlers, onFailure: (error: Error, job: object) => void): Promise<void>
  /** Starts a run at each tick, a missed one once; null: never. Also schedules maintenance, nightly. */
  schedule(schedule: Schedule | null): Promise<void>
  /** Enqueues the next tick if its job is missing, once `schedule` has been called. */
  planTick(): Promise<void>
  isReady(): Promise<boolean>
  /**
   * Takes no further job, and lets those in hand end for `timeoutMs` at most, with what the handlers have
   * begun and not ended, as `settled` tells.
   */
  endWork(timeoutMs: number, settled?: () => Promise<void>): Promise<void>
  /** Closes the connections. */
  stop(): Promise<void>
}

/**
 * pg-boss behind the few calls this service needs. Every job is a hint that names a row: the row
 * decides, so a job may come twice, late, or never (then the sweep enqueues it again).
 */
export function createQueue({ url, listenUrl, onError, max = 4 }: QueueOptions): Queue {
  const boss = new PgBoss({
    ...connectionTo(url),
    max,
    useListenNotify: listenUrl !== undefined,
    cronMonitorIntervalSeconds: 15,
    cronWorkerIntervalSeconds: 5,
  })
  boss.on('error', onError)
  if (!isPinned(url)) pinSearchPath(boss)
  if (listenUrl !== undefined && listenUrl !== url) listenElsewhere(boss, listenUrl, onError)
  const stopping = new AbortController()
  const planner = createTickPlanner(boss, TICK)

  const taken: DeliverJob[] = []
  const nextBatch = async () => {
    if (taken.length === 0) {
      const jobs = await boss.fetch<DeliverJob>(DELIVER, { batchSize: TAKEN })
      if (jobs.length === 0) return null
      taken.push(...jobs.map(job => job.data))
      await boss.complete(
        DELIVER,
        jobs.map(job => job.id),
      )
    }
    return taken.shift() ?? null
  }
  const giveBack = async () => {
    const left = taken.splice(0)
    if (left.length > 0) await enqueue(left, 0)
  }
  const enqueue = (batches: DeliverJob[], inMs: number, options: InsertOptions = {}) => {
    const waiting = batches.map(job => ({
      data: job,
      // At most one waiting job a batch, however often somebody asks for it.
      singletonKey: job.batchId,
      startAfter: inMs / 1000,
    }))
    return boss.insert(DELIVER, waiting, options)
  }

  return {
    jobs: {
      async scan(tx, runId) {
        await boss.insert(SCAN, [{ data: { runId }, singletonKey: runId }], {
          db: fromDrizzle(tx, sql),
        })
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
      // A crashed worker's job ends with its heartbeat; what it held is then found by the sweep.
      const options = {
        policy: 'short',
        notify: true,
        retryLimit: 2,
        heartbeatSeconds: 30,
      } as const
      await boss.createQueue(SCAN, options)
      await boss.createQueue(DELIVER, options)
      await boss.createQueue(TICK, { policy: 'short', notify: true, retryLimit: 5 })
      await boss.createQueue(HOUSEKEEPING, {
        policy: 'exclusive',
        retryLimit: 0,
        heartbeatSeconds: 30,
      })
    },

    async work(handlers, onFailure) {
      const heard = async (job: object, work: Promise<void>) => {
        try {
          await work
        } catch (error) {
          // Given back, not failed: the process is stopping.
          if (!stopping.signal.aborted) onFailure(error as Error, job)
          throw forOutput(error)
        }
      }
      // NOTIFY wakes an idle worker at once, but not one that was busy then, nor for a job that was
      // put off: each looks twice a second besides, also behind a pooler that knows no NOTIFY.
      const polling = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 }
      await boss.work<{ runId: string }>(SCAN, polling, async ([job]) => {
        if (job) await heard(job.data, handlers.scan(job.data.runId, stopping.signal))
      })
      // One worker, which wakes by NOTIFY or looks twice a second, and then takes all that waits.
      await boss.work<DeliverJob>(DELIVER, polling, async ([job]) => {
        if (!job) return
        const work = handlers.deliver(job.data, nextBatch, stopping.signal).finally(giveBack)
        await heard(job.data, work)
      })
      // A tick that failed is put off as well.
      const slowly = { pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 2 }
      await boss.work<Tick | null>(TICK, slowly, async ([job]) => {
        if (!job) return
        const work = planner.plan(job.data).then(() => handlers.tick(job.data?.at ?? job.id))
        await heard({ tick: job.id }, work)
      })
      await boss.work(HOUSEKEEPING, slowly, async ([job]) => {
        if (job) await heard({ housekeeping: job.id }, handlers.runMaintenance(stopping.signal))
      })
    },

    async schedule(schedule) {
      planner.use(schedule)
      // Up to version 0.2 pg-boss enqueued the ticks.
      await boss.unschedule(TICK)
      await planner.plan()
      await boss.schedule(HOUSEKEEPING, NIGHTLY, null, { missed: 'once' })
    },

    planTick: () => planner.plan(),

    async isReady() {
      return (await boss.isInstalled()) && (await boss.getQueue(DELIVER)) !== null
    },

    async endWork(timeoutMs, settled) {
      stopping.abort()
      const ended = Promise.all(
        [SCAN, DELIVER, TICK, HOUSEKEEPING].map(name => boss.offWork(name, { wait: true })),
      ).then(settled)
      // Without ref: who has nothing left to do may exit before.
      await Promise.race([ended, delay(timeoutMs, undefined, { ref: false })])
    },

    async stop() {
      await boss.stop({ graceful: false })
    },
  }
}

/** pg-boss keeps what a job throws, with all its fields, in the job's `output`. */
function forOutput(error: unknown): Error {
  const { message, code, cause } = safeError(error)
  const kept = new Error(maskAddresses(cause ? `${message}: ${cause.message}` : message))
  return Object.assign(kept, { code: code ?? cause?.code })
}
