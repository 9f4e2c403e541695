import { setTimeout as delay } from 'node:timers/promises'
import { isFinished, type Run, type Runs } from './run.ts'

export interface WaitOptions {
  /** Gives up waiting, not the run; rejects with the signal's reason. */
  signal?: AbortSignal
  /** Called with each reading of the run. */
  onProgress?: (run: Run) => void
  /** Milliseconds between two readings. */
  every?: number
}

/** Waits until a run has finished. Another process may be the one that works on it. */
export async function waitForRun(
  runs: Pick<Runs, 'find'>,
  id: string,
  { signal, onProgress, every = 150 }: WaitOptions = {},
): Promise<Run> {
  for (;;) {
    const run = await runs.find(id)
    if (!run) throw new Error(`run ${id} is gone`)
    onProgress?.(run)
    if (isFinished(run)) return run
    await delay(every, undefined, { signal }).catch(error => {
      // Node's own error says only that something was aborted.
      throw signal?.reason ?? error
    })
  }
}
