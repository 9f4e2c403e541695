/** A clock that stands still until a test moves it. Its timers fire late by so many milliseconds. */
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
    /** Moves on by so many milliseconds, and lets everything happen that is due on the way. */
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

/** Until all promises that can go on have done so. */
function idle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
