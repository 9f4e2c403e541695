/** A clock that a test advances. Its timers fire `lateMs` milliseconds late. */
export function createFakeClock(lateMs = 0) {
  let now = 0
  const sleepers = new Set<{ at: number; wake(): void }>()
  return {
    now: () => now,
    sleep(ms: number, signal?: AbortSignal): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (signal?.aborted) resolve()
      signal?.addEventListener('abort', () => resolve())
      sleepers.add({ at: now + ms + lateMs, wake: resolve })
      return promise
    },
    /** Advances the clock and fires the timers that become due. */
    async advance(ms: number): Promise<void> {
      const end = now + ms
      for (;;) {
        await idle()
        const [next] = [...sleepers].sort((a, b) => a.at - b.at)
        if (!next || next.at > end) break
        now = Math.max(now, next.at)
        sleepers.delete(next)
        next.wake()
      }
      now = end
    },
  }
}

/** Waits until all settled promises have been handled. */
function idle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
