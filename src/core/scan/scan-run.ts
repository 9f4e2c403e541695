import type { Scan } from './prefetch-pages.ts'

/** Finishes a run once its scan is done and its batches are resolved. */
export interface RunEnd {
  finishIfDone(runId: string): Promise<void>
}

/**
 * Scans a run to its end. A repeated call continues after the last committed page, so no page is skipped or
 * planned twice. Throws on `signal` once no query is running, so that another process gets the job at once.
 *
 * @param open moves a run from queued to running. Resolves to null if there is nothing to scan: another
 *   run of its type is still running (its end starts this one), or this one is done
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
  // Also finishes a run that was scanned completely before a crash.
  await runs.finishIfDone(runId)
}
