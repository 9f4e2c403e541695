import { setTimeout as delay } from 'node:timers/promises'
import { isFinished, type Run, type Runs } from './run.ts'

export interface WaitOptions {
  /** Ends the wait, not the run; the promise rejects with the signal's reason. */
  signal?: AbortSignal
  /** Called each time the run is read. */
  onProgress?: (run: Run) => void
  /** Milliseconds between reads. */
  every?: number
}

/** Waits until a run has finished, even if another process works on it. */
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
      // Node's own error does not contain the reason.
      throw signal?.reason ?? error
    })
  }
}
