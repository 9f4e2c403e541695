export interface RescuerOptions {
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
export function startRescuer({
  requeue,
  every,
  onFound,
  onError,
}: RescuerOptions): () => Promise<void> {
  let inHand: Promise<void> | undefined
  const sweep = async () => {
    try {
      const found = await requeue()
      if (found > 0) onFound(found)
    } catch (error) {
      onError(error as Error)
    } finally {
      inHand = undefined
    }
  }
  const timer = setInterval(() => {
    // Where one takes longer than the interval, the next one waits for its turn.
    inHand ??= sweep()
  }, every)
  return async () => {
    clearInterval(timer)
    await inHand
  }
}
