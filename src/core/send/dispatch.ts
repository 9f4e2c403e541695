import { setTimeout as sleep } from 'node:timers/promises'
import type { ClaimedBatch, Claims } from '../claim/claims.ts'
import type { DeliverJob, Delivery } from './deliver-batch.ts'
import type { RateLimiter } from './rate-limiter.ts'

export interface DispatchDeps {
  limiter: Pick<RateLimiter, 'reserve' | 'pausedForMs'>
  delivery: Delivery
  claims: Pick<Claims, 'renewLeases' | 'handBack'>
  /** Enqueues a batch again. The job is only a hint: losing it costs time, not mail. */
  deliverLater: (job: DeliverJob, inMs: number) => Promise<void>
  /** Receives errors; the rescuer enqueues the batch again. */
  onFailure: (error: Error, job: object) => void
  /** Batches in memory at once: claimed, waiting for a slot, or sent without an answer so far. */
  maxInFlight: number
  /** How long a claimed batch may wait: its lease minus the request timeout. */
  maxHoldMs: number
  /** Replaced by tests. */
  clock?: { now(): number; sleep(ms: number, stopping?: AbortSignal): Promise<void> }
}

export interface Dispatcher {
  /**
   * Starts `first` and then whatever `next` returns, without waiting for deliveries to end. Resolves
   * when `next` returns null, when sending is paused, or on `stopping`.
   */
  dispatch(
    first: DeliverJob,
    next: () => Promise<DeliverJob | null>,
    stopping: AbortSignal,
  ): Promise<void>
  /** Resolves when all started deliveries have ended. */
  settled(): Promise<void>
}

/** How far claims run ahead of the slots, so that a slow claim costs no slot. */
const AHEAD_MS = 500
/** More concurrent claims would only compete for one thread and a few connections. */
const MAX_AHEAD = 12
/** Assumed time between slots until this process has measured it. */
const FIRST_PACE_MS = 400
/** The dispatcher waits during a pause up to this long; a longer one postpones jobs. */
const SHORT_PAUSE_MS = 5_000
/** A pause ends early if an operator resumes sending. */
const RECHECK_MS = 1_000
/** After this long without a request (undici's `keepAliveTimeout`), the next one opens a connection. */
const KEEP_ALIVE_MS = 4_000
/** Estimated time to open a connection: three round trips for TCP and TLS. */
const CONNECT_MS = 100
/** The queue's job must end before it expires; the next one continues. */
const MAX_DISPATCH_MS = 60_000

const systemClock: NonNullable<DispatchDeps['clock']> = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(Math.ceil(ms), undefined, { signal }).catch(() => undefined),
}

/**
 * Claims batches a little ahead and sends each when the rate limiter grants a slot.
 *
 * A slot is reserved only for a request that is ready, so none is wasted. A batch that is ready when
 * sending pauses keeps its lease and leaves first when sending resumes.
 */
export function createDispatcher(deps: DispatchDeps): Dispatcher {
  const { limiter, delivery, claims, deliverLater, onFailure, clock = systemClock } = deps
  const tasks = new Set<Promise<void>>()
  const ready: { batch: ClaimedBatch; leasedAt: number }[] = []
  let preparing = 0
  let isSending = false
  let paceMs = FIRST_PACE_MS
  let lateMs = 0
  let lastSentAt = Number.NEGATIVE_INFINITY
  let changed = Promise.withResolvers<void>()

  function notify(): void {
    changed.resolve()
    changed = Promise.withResolvers()
  }

  function start(work: () => Promise<void>, subject: object): void {
    const task = work()
      .catch(error => onFailure(error as Error, subject))
      .finally(() => {
        tasks.delete(task)
        notify()
      })
    tasks.add(task)
  }

  function hasRoom(): boolean {
    const ahead = Math.min(MAX_AHEAD, Math.ceil(AHEAD_MS / paceMs))
    return preparing + ready.length < ahead && tasks.size + ready.length < deps.maxInFlight
  }

  /** Null: claim the job now. Otherwise postpone it by this many milliseconds. */
  async function delayOf(stopping: AbortSignal, end: number): Promise<number | null> {
    for (;;) {
      if (stopping.aborted || clock.now() > end) return 0
      if (!hasRoom()) {
        await Promise.race([changed.promise, clock.sleep(RECHECK_MS, stopping)])
        continue
      }
      const forMs = await limiter.pausedForMs()
      if (forMs === 0) return null
      if (forMs > SHORT_PAUSE_MS) return forMs
      await clock.sleep(forMs, stopping)
    }
  }

  async function prepare(job: DeliverJob, stopping: AbortSignal): Promise<void> {
    const leasedAt = clock.now()
    preparing += 1
    try {
      const batch = await delivery.prepare(job)
      if (batch) ready.push({ batch, leasedAt })
    } finally {
      preparing -= 1
      notify()
    }
    if (!isSending) await sendReady(stopping)
  }

  async function sendReady(stopping: AbortSignal): Promise<void> {
    isSending = true
    try {
      while (ready.length > 0) {
        try {
          if (stopping.aborted) await claims.handBack(ready.splice(0).map(({ batch }) => batch))
          else await sendNext(stopping)
        } catch (error) {
          onFailure(error as Error, { waiting: ready.map(({ batch }) => batch.id) })
          await clock.sleep(RECHECK_MS, stopping)
        }
      }
    } finally {
      isSending = false
    }
  }

  async function sendNext(stopping: AbortSignal): Promise<void> {
    const slot = await limiter.reserve(lateMs)
    if (slot.kind === 'paused') return hold(Math.min(slot.forMs, RECHECK_MS), stopping)
    const slotAt = clock.now() + slot.waitMs
    lateMs = 0
    // When slots become rarer, claims slow down at once; they speed up gradually.
    paceMs = Math.max(slot.waitMs, paceMs * 0.75, 1)
    await hold(slot.waitMs, stopping)
    // Another process may have paused sending during a long wait.
    const isStale = slot.waitMs > RECHECK_MS && !slot.halfOpenTrial
    if (stopping.aborted || (isStale && (await limiter.pausedForMs()) > 0)) return
    const next = ready.shift()
    if (!next) return
    lateMs = clock.now() - slotAt + (clock.now() - lastSentAt > KEEP_ALIVE_MS ? CONNECT_MS : 0)
    lastSentAt = clock.now()
    const { id: batchId, runId } = next.batch
    start(() => delivery.send(next.batch, slot), { batchId, runId })
    notify()
  }

  /** Waits, and renews the leases of all ready batches meanwhile. */
  async function hold(ms: number, stopping: AbortSignal): Promise<void> {
    const end = clock.now() + ms
    for (;;) {
      await renewLeases()
      const left = end - clock.now()
      if (left <= 0 || stopping.aborted) return
      await clock.sleep(Math.min(left, Math.max(50, deps.maxHoldMs / 4)), stopping)
    }
  }

  async function renewLeases(): Promise<void> {
    const now = clock.now()
    if (!ready.some(({ leasedAt }) => now - leasedAt > deps.maxHoldMs / 2)) return
    const held = [...ready]
    const renewed = await claims.renewLeases(held.map(({ batch }) => batch))
    for (const entry of held) {
      entry.leasedAt = now
      // Otherwise another process has claimed it, or its key has expired.
      if (!renewed.has(entry.batch.id)) ready.splice(ready.indexOf(entry), 1)
    }
  }

  return {
    async dispatch(first, next, stopping) {
      const end = clock.now() + MAX_DISPATCH_MS
      for (let job: DeliverJob | null = first; job; job = await next()) {
        const current = job
        const delayMs = await delayOf(stopping, end).catch(async error => {
          await deliverLater(current, 0)
          throw error
        })
        // Drop the job while sending is stopped: the rescuer enqueues it again once sending resumes.
        if (delayMs !== null) {
          return Number.isFinite(delayMs) ? deliverLater(job, delayMs) : undefined
        }
        start(() => prepare(current, stopping), job)
      }
    },
    async settled() {
      while (tasks.size > 0) await Promise.all(tasks)
    },
  }
}
