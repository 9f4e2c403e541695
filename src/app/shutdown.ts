import type { Logger } from 'pino'

/** What a part gets at the least, when those before it have used up the time. */
const LEAST_MS = 1_000

export interface ShutdownSteps {
  /** Says how a part ends, before it begins: one that fails half-way is ended as well. */
  add(name: string, end: () => Promise<unknown>): void
  /** Ends all parts, the last one first. Leaves behind what has not ended in time. */
  endAll(): Promise<void>
}

/** @param limitMs what all of them may take together; an orchestrator kills the process soon after */
export function createShutdownSteps(logger: Logger, limitMs: number): ShutdownSteps {
  const shutdownSteps: { name: string; end: () => Promise<unknown> }[] = []
  return {
    add(name, end) {
      shutdownSteps.push({ name, end })
    },
    async endAll() {
      const deadline = performance.now() + limitMs
      for (let part = shutdownSteps.pop(); part; part = shutdownSteps.pop()) {
        const { name, end } = part
        const left = Math.max(Math.min(LEAST_MS, limitMs), deadline - performance.now())
        const ended = end().then(
          () => true,
          err => {
            logger.error({ err, part: name }, 'a part did not stop well')
            return true
          },
        )
        if (!(await within(left, ended))) {
          logger.error({ part: name }, 'a part did not stop in time; it is left behind')
        }
      }
    },
  }
}

/** Whether it ended in time. The timer keeps the process alive, so that the parts left have their turn. */
async function within(ms: number, ended: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>(resolve => {
    timer = setTimeout(resolve, ms, false)
  })
  return Promise.race([ended, late]).finally(() => clearTimeout(timer))
}
