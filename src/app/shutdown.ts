import type { Logger } from 'pino'

/** What each component gets, even if earlier ones have used up the time. */
const MIN_MS = 1_000

export interface ShutdownSteps {
  /** Registers how to stop a component. Call it before the start, so that a failed start is also stopped. */
  add(name: string, end: () => Promise<unknown>): void
  /** Stops all components, the last one first. Abandons a component that does not stop in time. */
  endAll(): Promise<void>
}

/** @param limitMs for all components together; an orchestrator kills the process soon after */
export function createShutdownSteps(logger: Logger, limitMs: number): ShutdownSteps {
  const steps: { name: string; end: () => Promise<unknown> }[] = []
  return {
    add(name, end) {
      steps.push({ name, end })
    },
    async endAll() {
      const deadline = performance.now() + limitMs
      for (let step = steps.pop(); step; step = steps.pop()) {
        const { name, end } = step
        const left = Math.max(Math.min(MIN_MS, limitMs), deadline - performance.now())
        const ended = end().then(
          () => true,
          err => {
            logger.error({ err, part: name }, 'component failed to stop')
            return true
          },
        )
        if (!(await within(left, ended))) {
          logger.error({ part: name }, 'component did not stop in time; abandoning it')
        }
      }
    },
  }
}

/** Whether it ended in time. The timer keeps the process alive, so that the other components also stop. */
async function within(ms: number, ended: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>(resolve => {
    timer = setTimeout(resolve, ms, false)
  })
  return Promise.race([ended, late]).finally(() => clearTimeout(timer))
}
