import type { Measure } from './part.ts'
import { medianOf } from './times.ts'

/** The measured function; may return a promise. */
export type Job = () => unknown

/**
 * Measures how often each job runs in a second of this thread's processor time; for jobs that do not wait.
 * The jobs take turns in each round, so that a slow moment affects all of them. The first round warms up.
 *
 * @param each how much of `unit` one call is worth
 */
export async function measureRates(
  jobs: Record<string, Job>,
  {
    unit,
    each = 1,
    rounds = 9,
    roundMs = 500,
  }: {
    unit: string
    each?: number
    rounds?: number
    roundMs?: number
  },
): Promise<Measure[]> {
  const rates = new Map(Object.keys(jobs).map(what => [what, [] as number[]]))
  for (let round = 0; round <= rounds; round += 1) {
    for (const [what, job] of Object.entries(jobs)) {
      const rate = await rateOf(job, roundMs)
      if (round > 0) rates.get(what)?.push(rate * each)
    }
  }
  return [...rates].map(([what, of]) => ({ what, unit, ...medianOf(of) }))
}

/** Calls per second of processor time, measured over at least `ms`. */
async function rateOf(job: Job, ms: number): Promise<number> {
  const begin = process.threadCpuUsage()
  let calls = 0
  let took = 0
  while (took < ms) {
    const done = job()
    if (done instanceof Promise) await done
    calls += 1
    const { user, system } = process.threadCpuUsage(begin)
    took = (user + system) / 1_000
  }
  return (calls / took) * 1_000
}
