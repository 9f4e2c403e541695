import type { Measure } from './part.ts'
import { middleOf } from './times.ts'

/** What one call does; resolves when it is done. */
export type Job = () => unknown

/**
 * How often each job can be done in a second of one core, by the processor time of this thread: what
 * others do on the machine takes the core away and is not counted. For work that computes and waits
 * for nothing. The jobs take turns, round by round, so that a slow moment meets all of them; a first
 * round warms up and does not count.
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
  return [...rates].map(([what, of]) => ({ what, unit, ...middleOf(of) }))
}

/** Calls in a second of the core, measured over `ms` of it at least. */
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
