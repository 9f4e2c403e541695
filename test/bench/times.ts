import type { Measure } from './part.ts'

/** Measures the median time of each job; the jobs take turns, after a warm-up round. */
export async function measureTimes(
  jobs: Record<string, () => Promise<unknown>>,
  rounds = 5,
): Promise<Measure[]> {
  const times = new Map(Object.keys(jobs).map(what => [what, [] as number[]]))
  for (let round = 0; round <= rounds; round += 1) {
    for (const [what, job] of Object.entries(jobs)) {
      const begin = performance.now()
      await job()
      if (round > 0) times.get(what)?.push(performance.now() - begin)
    }
  }
  return [...times].map(([what, of]) => ({ what, unit: 'ms', ...medianOf(of) }))
}

/** The median of several rounds, with minimum and maximum. */
export function medianOf(rounds: number[]): Pick<Measure, 'value' | 'range'> {
  const sorted = rounds.toSorted((a, b) => a - b)
  const value = sorted[Math.floor(sorted.length / 2)] ?? 0
  return { value, range: [sorted[0] ?? 0, sorted.at(-1) ?? 0] }
}
