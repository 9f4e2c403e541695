import { DeleteNotGrantedError } from './delete-not-granted-error.ts'

/** One thing that is pruned: each step is a small transaction and tells how many rows it deleted. */
export interface PruneTask {
  what: string
  steps: () => AsyncIterable<number>
}

/** Told of a thing that the database does not let the service prune; the others are pruned. */
export type OnRefused = (what: string, error: DeleteNotGrantedError) => void

/**
 * Prunes what nothing needs any more, one thing after the other, until all is done or the process
 * stops; what is left is done next time. Resolves to what was deleted, by name.
 */
export async function runMaintenance(
  prunings: PruneTask[],
  stopping: AbortSignal,
  onRefused: OnRefused,
): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {}
  for (const { what, steps } of prunings) {
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
