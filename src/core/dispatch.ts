import { setTimeout as delay } from 'node:timers/promises'
import type { DeliverJob, Turn } from './deliver-batch.ts'
import type { Budget, HeldSlot } from './send/budget.ts'
import { type Moment, makeMoments } from './send/moments.ts'
import { createPreparation } from './send/preparation.ts'

export interface DispatchDeps {
  budget: Pick<Budget, 'reserve' | 'held'>
  deliver: (job: DeliverJob, turn: Turn) => Promise<void>
  /** Puts a batch's job off; the job is only a hint, so losing it costs time, not mail. */
  deliverLater: (job: DeliverJob, inMs: number) => Promise<void>
  /** Hears of a delivery that throws; the sweep enqueues its batch again. */
  onFailure: (error: Error, job: DeliverJob) => void
  /** Batches in hand at once. Each keeps its request, packed, and a request under way some hundred KB. */
  mostInHand: number
}

export interface Dispatcher {
  /**
   * Starts what waits, `first` and then whatever `next` gives, each at its moment and without waiting
   * for the one before to end. Resolves when nothing waits, nothing may leave, or `stopping` asks; what
   * is in hand by then and was not begun goes back at once.
   */
  dispatch(
    first: DeliverJob,
    next: () => Promise<DeliverJob | null>,
    stopping: AbortSignal,
  ): Promise<void>
  /** Resolves when all that was begun has ended. */
  settled(): Promise<void>
}

/** More batches than this are not prepared at once: they share one thread and a few connections. */
const MOST_PREPARED = 12
/** Begun so much sooner than it needs, one is ready ahead of its time, and takes the moment of one that is late. */
const AHEAD_MS = 250
/** Whoever has waited longer asks once more, which costs a statement. */
const SHORT_WAIT_MS = 250
/** A pause up to this is waited for with the job in hand; a longer one puts the job off. */
const SHORT_PAUSE_MS = 5_000
/** After so long the queue's own job ends, before it expires there; the next one goes on. */
const LONGEST_MS = 60_000

/**
 * Hands waiting batches to the moments of the budget, so that how many requests are under way follows
 * from the rate and the provider's latency alone.
 *
 * A moment is taken for when the request will be ready: the batch is claimed just before it, so that
 * the rules are evaluated as late as can be and nothing claimed waits.
 */
export function makeDispatcher(deps: DispatchDeps): Dispatcher {
  const { budget, deliverLater, mostInHand } = deps
  const inHand = new Set<Promise<void>>()
  const prepared = new Set<Promise<void>>()
  const moments = makeMoments(budget)
  const preparation = createPreparation()

  /** Waits until it is time to begin. Null where nothing may leave for a while: the job has been seen to. */
  async function takeMoment(job: DeliverJob, stopping: AbortSignal) {
    for (;;) {
      const moment = await moments.take(preparation.expectedMs(), prepared.size)
      const held = 'pausedForMs' in moment ? moment : await heldMeanwhile(moment, stopping)
      if ('at' in moment && !held) {
        moments.keep(moment)
        return { ...(moment.trial && { trial: moment.trial }) }
      }
      if ('at' in moment) moments.drop(moment)
      if (held && !(await waitOut(job, held, stopping))) return null
    }
  }

  /** Waits until the batch must be begun; after a while asks once more whether anything may leave. */
  async function heldMeanwhile({ at, trial }: Moment, stopping: AbortSignal) {
    const early = at - performance.now() - preparation.expectedMs() - AHEAD_MS
    if (early <= 0 || trial) return null
    await delay(early, undefined, { signal: stopping })
    return early > SHORT_WAIT_MS ? budget.held() : null
  }

  async function waitOut(job: DeliverJob, slot: HeldSlot, stopping: AbortSignal) {
    // While the lane is stopped the job is dropped: the sweep enqueues it again once it is open.
    if (slot.stopped) return false
    if (slot.pausedForMs > SHORT_PAUSE_MS) {
      await deliverLater(job, slot.pausedForMs)
      return false
    }
    await delay(slot.pausedForMs, undefined, { signal: stopping })
    return true
  }

  /** Returns at once; `inHand` and `prepared` have it until it ends, and until it departs. */
  function begin(job: DeliverJob, turn: Pick<Turn, 'trial'>): void {
    const begun = performance.now()
    const preparing = Promise.withResolvers<void>()
    const depart: Turn['depart'] = leave => {
      preparation.took(performance.now() - begun)
      return moments.depart(() => {
        preparing.resolve()
        return leave()
      })
    }
    keepIn(prepared, preparing.promise)
    const delivery = deps
      .deliver(job, { ...turn, depart })
      .catch(error => deps.onFailure(error as Error, job))
      .finally(preparing.resolve)
    keepIn(inHand, delivery)
  }

  return {
    async dispatch(first, next, stopping) {
      const begun = performance.now()
      const stopped = new Promise<void>(resolve => {
        stopping.addEventListener('abort', () => resolve(), { once: true })
      })
      const room = async (set: Set<Promise<void>>, most: number) => {
        while (set.size >= most && !stopping.aborted) await Promise.race([...set, stopped])
      }
      for (let job: DeliverJob | null = first; job; job = await next()) {
        try {
          await room(inHand, mostInHand)
          await room(prepared, MOST_PREPARED)
          stopping.throwIfAborted()
          const turn = await takeMoment(job, stopping)
          if (!turn) return
          begin(job, turn)
        } catch (error) {
          await deliverLater(job, 0)
          if (stopping.aborted) return
          throw error
        }
        if (stopping.aborted || performance.now() - begun > LONGEST_MS) return
      }
    },
    async settled() {
      while (inHand.size > 0) await Promise.all(inHand)
    },
  }
}

function keepIn(set: Set<Promise<void>>, promise: Promise<void>): void {
  set.add(promise)
  void promise.finally(() => set.delete(promise))
}
