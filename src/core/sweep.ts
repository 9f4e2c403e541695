export interface SweepOptions {
  /** Enqueues again what was left lying; resolves to how many it found. */
  requeue: () => Promise<number>
  /** Milliseconds between two sweeps. */
  every: number
  onFound: (count: number) => void
  onError: (error: Error) => void
}

/**
 * Looks at regular times for work whose job got lost: a crash, an expired job, an emptied queue.
 * Every worker may sweep; what is enqueued twice is done once. Resolves, when stopped, after the
 * sweep in hand.
 */
export function startSweep({
  requeue,
  every,
  onFound,
  onError,
}: SweepOptions): () => Promise<void> {
  let inHand: Promise<void> = Promise.resolve()
  let busy = false
  const sweep = async () => {
    if (busy) return
    busy = true
    try {
      const found = await requeue()
      if (found > 0) onFound(found)
    } catch (error) {
      onError(error as Error)
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => {
    inHand = sweep()
  }, every)
  return async () => {
    clearInterval(timer)
    await inHand
  }
}
