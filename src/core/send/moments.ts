import { setTimeout as delay } from 'node:timers/promises'
import type { Budget } from './budget.ts'

/** The moments that a process has taken from the budget, on the clock of `performance.now()`. */
export interface Moments {
  add(at: number): void
  /**
   * Calls `leave` at the earliest moment that is not over, which is then used up; takes another from the
   * budget where none is left. All else is to be done by then. Resolves to what `leave` resolves to.
   *
   * Moments belong to nobody: of several batches the one that is ready first leaves first, and one that
   * is ready too late for its own makes all behind it use the next one's, so a single moment is lost.
   */
  depart<T>(leave: () => Promise<T>): Promise<T>
  /**
   * By how many milliseconds requests have left too late since this was asked. What comes after them is
   * to be put off as long, or a second could see one request too many.
   */
  takeLateMs(): number
}

/** A request may leave so much after its moment: what the budget keeps as a margin covers it. */
const LATE_MS = 10
/**
 * No claimed batch waits longer than that for a moment taken late: its lease must outlast the request.
 * What leaves then leaves out of turn, and costs a refusal at worst.
 */
const LONGEST_WAIT_MS = 5_000

export function makeMoments(budget: Pick<Budget, 'reserve'>): Moments {
  const taken: number[] = []
  let lateMs = 0

  async function next(): Promise<number> {
    for (let at = taken.shift(); at !== undefined; at = taken.shift()) {
      if (performance.now() <= at + LATE_MS) return at
    }
    const slot = await budget.reserve()
    const waitMs = 'waitMs' in slot ? slot.waitMs : slot.pausedForMs
    return performance.now() + Math.min(waitMs, LONGEST_WAIT_MS)
  }

  return {
    add: at => void taken.push(at),
    async depart(leave) {
      const at = await next()
      const wait = at - performance.now()
      if (wait > 0) await delay(wait)
      const answer = leave()
      lateMs += Math.max(0, performance.now() - at - LATE_MS)
      return answer
    },
    takeLateMs() {
      const late = lateMs
      lateMs = 0
      return late
    },
  }
}
