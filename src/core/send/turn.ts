import { setTimeout as delay } from 'node:timers/promises'
import type { Budget } from './budget.ts'

/** A request's own moment at the provider. */
export interface Turn {
  /** See `OpenSlot`. */
  trial?: true
  /**
   * Resolves when the request may leave, to the millisecond; call it when everything else is done. One
   * that is ready too late takes another moment: the next request leaves at its own, and the two
   * together would be a burst.
   */
  depart(): Promise<void>
}

/** A request may leave so much after its moment: what the budget keeps as a margin covers it. */
const LATE_MS = 10
/**
 * No claimed batch waits longer than that for another moment: its lease must outlast the request. What
 * leaves then leaves out of turn, and costs a refusal at worst.
 */
const LONGEST_SECOND_WAIT_MS = 5_000

/** @param at on the clock of `performance.now()` */
export function makeTurn(
  budget: Pick<Budget, 'reserve'>,
  at: number,
  departing: () => void,
): Pick<Turn, 'depart'> {
  return {
    async depart() {
      departing()
      let moment = at
      if (performance.now() > moment + LATE_MS) {
        const slot = await budget.reserve()
        const waitMs = 'waitMs' in slot ? slot.waitMs : slot.pausedForMs
        moment = performance.now() + Math.min(waitMs, LONGEST_SECOND_WAIT_MS)
      }
      const wait = moment - performance.now()
      if (wait > 0) await delay(wait)
    },
  }
}
