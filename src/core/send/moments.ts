import { setTimeout as delay } from 'node:timers/promises'
import type { Budget, HeldSlot, Slot, UsedMoment } from './budget.ts'

/** When a request may leave. */
export interface Moment {
  /** On the clock of `performance.now()`. */
  at: number
  /** What the budget knows it by. */
  id: number
  /** See `OpenSlot`. */
  trial?: true
}

/** The moments that a process has taken from the budget. */
export interface Moments {
  /**
   * The next one that is `inMs` away at least: one of those kept if there are more than `awaited`, or else
   * another from the budget, which is told then what has become of the last ones.
   */
  take(inMs: number, awaited: number): Promise<Moment | HeldSlot>
  /** A batch is begun, which will leave at this moment or at another that is kept. */
  keep(moment: Moment): void
  /** Nothing will leave at it. */
  drop(moment: Moment): void
  /**
   * Calls `leave` at the earliest moment kept, which is then used up; one that is over is exchanged for
   * another. All else is to be done by then. Resolves to what `leave` resolves to.
   *
   * Moments belong to nobody: of several batches the one that is ready first leaves first, and one that
   * is ready too late for its own does not make those behind it late as well.
   */
  depart<T>(leave: () => Promise<T>): Promise<T>
}

/** A request may leave so much after its moment: what the budget keeps as a margin covers it. */
const LATE_MS = 10
/**
 * After so long without a request the next one opens a connection, and arrives later by about so much.
 * Source: undici, whose `keepAliveTimeout` is 4 s; three round trips for TCP and TLS.
 */
const KEPT_OPEN_MS = 4_000
const OPENING_MS = 100
/**
 * No claimed batch waits longer than that for a moment taken late: its lease must outlast the request.
 * What leaves then leaves out of turn, and costs a refusal at worst.
 */
const LONGEST_WAIT_MS = 5_000

export function makeMoments(budget: Pick<Budget, 'reserve'>): Moments {
  const kept: Moment[] = []
  const untold: UsedMoment[] = []
  let lastLeft = Number.NEGATIVE_INFINITY

  async function reserve(inMs: number): Promise<Moment | HeldSlot> {
    const told = untold.splice(0)
    let slot: Slot | undefined
    try {
      slot = await budget.reserve(inMs, told)
    } finally {
      // Nothing was taken, so nothing was heard.
      if (!slot || 'pausedForMs' in slot) untold.unshift(...told)
    }
    if ('pausedForMs' in slot) return slot
    const { moment: id, trial } = slot
    return { at: performance.now() + slot.waitMs, id, ...(trial && { trial }) }
  }

  /** The earliest that is not over; one that is over is exchanged for another first. */
  async function nextKept(): Promise<Moment | HeldSlot | undefined> {
    const [first] = kept
    if (first && isOver(first)) {
      drop(first)
      kept.shift()
      const another = await reserve(0)
      if ('pausedForMs' in another) return another
      keep(another)
    }
    // What else is over is for batches that are not ready either.
    const index = kept.findIndex(moment => !isOver(moment))
    return index < 0 ? undefined : kept.splice(index, 1)[0]
  }

  const keep = (moment: Moment) => {
    kept.push(moment)
    kept.sort((a, b) => a.at - b.at)
  }

  const drop = ({ id }: Moment) => void untold.push({ moment: id, lateMs: null })

  return {
    async take(inMs, awaited) {
      const spare = kept.length > awaited ? kept.at(-1) : undefined
      if (!spare || spare.at < performance.now() + inMs) return reserve(inMs)
      kept.pop()
      return spare
    },
    keep,
    drop,
    async depart(leave) {
      const latest = performance.now() + LONGEST_WAIT_MS
      for (;;) {
        const moment = (await nextKept()) ?? (await reserve(0))
        const at = 'at' in moment ? moment.at : performance.now() + moment.pausedForMs
        await delay(Math.ceil(Math.max(0, Math.min(at, latest) - performance.now())))
        // The thread may have been busy then.
        if ('at' in moment && isOver(moment) && performance.now() < latest) {
          drop(moment)
          continue
        }
        const openingMs = performance.now() - lastLeft > KEPT_OPEN_MS ? OPENING_MS : 0
        const answer = leave()
        lastLeft = performance.now()
        if ('at' in moment) untold.push({ moment: moment.id, lateMs: lastLeft - at + openingMs })
        return answer
      }
    },
  }
}

function isOver({ at }: Moment): boolean {
  return performance.now() > at + LATE_MS
}
