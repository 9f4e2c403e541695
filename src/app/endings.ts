import type { Logger } from 'pino'

/** What a part gets at the least, when those before it have used up the time. */
const LEAST_MS = 1_000

export interface Endings {
  /** Says how a part ends, before it begins: one that fails half-way is ended as well. */
  add(name: string, end: () => Promise<unknown>): void
  /** Ends all parts, the last one first. Leaves behind what has not ended in time. */
  endAll(): Promise<void>
}

/** @param limitMs what all of them may take together; an orchestrator kills the process soon after */
export function collectEndings(logger: Logger, limitMs: number): Endings {
  const endings: { name: string; end: () => Promise<unknown> }[] = []
  return {
    add(name, end) {
      endings.push({ name, end })
    },
    async endAll() {
      const deadline = performance.now() + limitMs
      for (let part = endings.pop(); part; part = endings.pop()) {
        const { name, end } = part
        const left = Math.max(Math.min(LEAST_MS, limitMs), deadline - performance.now())
        const ended = end().then(
          () => true,
          err => {
            logger.error({ err, part: name }, 'a part did not stop well')
            return true
          },
        )
        if (!(await Promise.race([ended, after(left)]))) {
          logger.error({ part: name }, 'a part did not stop in time; it is left behind')
        }
      }
    },
  }
}

/** Keeps the process alive for so long, so that the parts that are left have their turn. */
function after(ms: number): Promise<false> {
  return new Promise(resolve => setTimeout(resolve, ms, false))
}
