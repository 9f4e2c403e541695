import { DeleteNotGrantedError } from './delete-not-granted-error.ts'

/** Deletes rows in steps. Each step is a small transaction and yields the number of deleted rows. */
export interface PruneTask {
  what: string
  steps: () => AsyncIterable<number>
}

/** Called for a task that the database role may not run. The other tasks still run. */
export type OnRefused = (what: string, error: DeleteNotGrantedError) => void

/**
 * Runs the tasks one after another until all are done or the process stops; the next call does the rest.
 * Resolves to the number of deleted rows by task.
 */
export async function runMaintenance(
  tasks: PruneTask[],
  stopping: AbortSignal,
  onRefused: OnRefused,
): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {}
  for (const { what, steps } of tasks) {
    deleted[what] = 0
    try {
      for await (const rows of steps()) {
        deleted[what] += rows
        if (stopping.aborted) return deleted
      }
    } catch (error) {
      if (!(error instanceof DeleteNotGrantedError)) throw error
      onRefused(what, error)
    }
  }
  return deleted
}
