import { setTimeout as delay } from 'node:timers/promises'
import type { Budget } from './budget.ts'

/** The moments that a process has taken from the budget, on the clock of `performance.now()`. */
export interface Moments {
  add(at: number): void
  /**
   * Resolves at the earliest moment that is not over, which is then used up; takes another from the
   * budget where none is left. Call it when all else is done: the request is to leave at once.
   *
   * Moments belong to nobody: of several batches the one that is ready first leaves first, and one that
   * is ready too late for its own makes all behind it use the next one's, so a single moment is lost.
   */
  next(): Promise<void>
}

/**
 * A request may leave so much after its moment: what the budget keeps as a margin covers it. Later, the
 * next one would follow too closely.
 */
const LATE_MS = 10
/**
 * No claimed batch waits longer than that for a moment taken late: its lease must outlast the request.
 * What leaves then leaves out of turn, and costs a refusal at worst.
 */
const LONGEST_WAIT_MS = 5_000

export function makeMoments(budget: Pick<Budget, 'reserve'>): Moments {
  const taken: number[] = []
  return {
    add: at => void taken.push(at),
    async next() {
      let at = taken.shift()
      while (at !== undefined && performance.now() > at + LATE_MS) at = taken.shift()
      if (at === undefined) {
        const slot = await budget.reserve()
        const waitMs = 'waitMs' in slot ? slot.waitMs : slot.pausedForMs
        at = performance.now() + Math.min(waitMs, LONGEST_WAIT_MS)
      }
      const wait = at - performance.now()
      if (wait > 0) await delay(wait)
    },
  }
}
