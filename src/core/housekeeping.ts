/** One thing that is pruned: each step is a small transaction and tells how many rows it deleted. */
export interface Pruning {
  what: string
  steps: () => AsyncIterable<number>
}

/**
 * Prunes what nothing needs any more, one thing after the other, until all is done or the process
 * stops; what is left is done next time. Resolves to what was deleted, by name.
 */
export async function keepHouse(
  prunings: Pruning[],
  stopping: AbortSignal,
): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {}
  for (const { what, steps } of prunings) {
    deleted[what] = 0
    for await (const rows of steps()) {
      deleted[what] += rows
      if (stopping.aborted) return deleted
    }
  }
  return deleted
}
