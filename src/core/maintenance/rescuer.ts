import { repeat } from '../repeat.ts'

export interface RescuerOptions {
  /** Enqueues stalled work again; resolves to how many items it found. */
  requeue: () => Promise<number>
  /** Milliseconds between searches. */
  every: number
  onFound: (count: number) => void
  onError: (error: Error) => void
}

/**
 * Searches at intervals for work whose job was lost by a crash, an expiry or an emptied queue. Every worker
 * can run it, because work that is enqueued twice is done once. Returns a function that stops it and waits
 * for a running search.
 */
export function startRescuer({
  requeue,
  every,
  onFound,
  onError,
}: RescuerOptions): () => Promise<void> {
  const work = async () => {
    const found = await requeue()
    if (found > 0) onFound(found)
  }
  return repeat({ work, every, onError })
}
