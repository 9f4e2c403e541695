import type { Scan } from './prefetch-pages.ts'

/** What ends a run once its scan is done and its batches are resolved. */
export interface RunEnd {
  finishIfDone(runId: string): Promise<void>
}

/**
 * Scans a run to its end. Whoever calls it again goes on from the last committed page: a page is neither
 * skipped nor planned twice. Throws when `signal` asks for an end before that, so that the job goes back
 * to the queue, and to another process at once; by then nothing of the scan is under way.
 *
 * @param open moves a run from queued to running. Resolves to null where there is nothing to scan: another
 *   run of its type is still going on (whose end will start this one), or it is done
 */
export async function scanRun(
  open: (runId: string) => Promise<Scan | null>,
  runs: RunEnd,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  const scan = await open(runId)
  if (scan) {
    try {
      while (await scan.nextPage()) signal.throwIfAborted()
    } finally {
      await scan.end()
    }
  }
  // Also for a run whose end a crash has cut off.
  await runs.finishIfDone(runId)
}
