/** What the scan needs of the database. */
export interface ScanPages {
  /**
   * Moves a run from queued to running. False where there is nothing to scan: another run of its
   * type is still going on (whose end will start this one), or it is done.
   */
  begin(runId: string): Promise<boolean>
  /**
   * Looks at the next page of people, plans batches for the due ones and remembers how far it got,
   * in one transaction. False after the last page, or while another process has this run's scan.
   */
  nextPage(runId: string): Promise<boolean>
}

/** What ends a run once its scan is done and its batches are resolved. */
export interface RunEnd {
  finishIfDone(runId: string): Promise<void>
}

/**
 * Scans a run to its end. Whoever calls it again goes on from the last committed page: a page is neither
 * skipped nor planned twice. Throws when `signal` asks for an end before that, so that the job goes back
 * to the queue, and to another process at once.
 */
export async function scanRun(
  pages: ScanPages,
  runs: RunEnd,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  if (await pages.begin(runId)) {
    while (await pages.nextPage(runId)) {
      signal.throwIfAborted()
    }
  }
  // Also for a run whose end a crash has cut off.
  await runs.finishIfDone(runId)
}
