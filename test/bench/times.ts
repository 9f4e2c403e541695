import type { Measure } from './part.ts'

/** The middle of several times; `jobs` take turns, after a round that warms up. */
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
  return [...times].map(([what, of]) => ({ what, unit: 'ms', ...middleOf(of) }))
}

/** The middle of several rounds, with the least and the most of them. */
export function middleOf(rounds: number[]): Pick<Measure, 'value' | 'range'> {
  const sorted = rounds.toSorted((a, b) => a - b)
  const value = sorted[Math.floor(sorted.length / 2)] ?? 0
  return { value, range: [sorted[0] ?? 0, sorted.at(-1) ?? 0] }
}
