import { isFinished, type Run, type Runs } from './run.ts'
import { createWatch, type Watch } from './watch.ts'

/** Runs to look on at. */
export interface RunWatch {
  /**
   * The run as it is, and each time its counts or its state have changed; ends when it has finished.
   * Null, once, where there is no such run.
   */
  follow(id: string, signal: AbortSignal): AsyncGenerator<Run | null, void, undefined>
}

/** However many look on at a run, it is read once, every `every` milliseconds. */
export function watchRuns(runs: Pick<Runs, 'find'>, every: number): RunWatch {
  const watches = new Map<string, { watch: Watch<Run | null>; followers: number }>()
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
