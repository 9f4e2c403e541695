import { isFinished, type Run } from './run.ts'
import { createWatch, type Watch } from './watch.ts'

export interface RunWatch<T extends Run = Run> {
  /**
   * Yields the run now and after each change of its counts or status; ends when it has finished. Yields
   * null once if there is no such run.
   */
  follow(id: string, signal: AbortSignal): AsyncGenerator<T | null, void, undefined>
}

/** Reads each watched run once per `every` milliseconds, however many followers it has. */
export function watchRuns<T extends Run>(
  runs: { find(id: string): Promise<T | null> },
  every: number,
): RunWatch<T> {
  const watches = new Map<string, { watch: Watch<T | null>; followers: number }>()
  return {
    async *follow(id, signal) {
      const watched = watches.get(id) ?? {
        watch: createWatch(() => runs.find(id), { every, isLast: run => !run || isFinished(run) }),
        followers: 0,
      }
      watches.set(id, watched)
      watched.followers += 1
      try {
        yield* watched.watch.follow(signal)
      } finally {
        watched.followers -= 1
        if (watched.followers === 0) watches.delete(id)
      }
    },
  }
}
