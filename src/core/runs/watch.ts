import { setTimeout as delay } from 'node:timers/promises'

export interface WatchOptions<T> {
  /** Minimum number of milliseconds between reads. */
  every: number
  /** Whether this reading is final. */
  isLast?: (reading: T) => boolean
}

/** A value that is read repeatedly while it has followers. */
export interface Watch<T> {
  /**
   * Yields the current reading, then each one that differs from the previous one. A slow follower skips to
   * the newest. Ends after the last reading or on `signal`; throws if a read fails.
   */
  follow(signal: AbortSignal): AsyncGenerator<T, void, undefined>
}

interface Follower<T> {
  /** Not yielded yet. */
  unseen?: { reading: T }
  error?: unknown
  ended: boolean
  wake(): void
}

/**
 * Reads once for all followers. The pause after a read is at least four times as long as the read, so that
 * a watch uses at most a fifth of one connection.
 */
export function createWatch<T>(
  read: () => Promise<T>,
  { every, isLast = () => false }: WatchOptions<T>,
): Watch<T> {
  const followers = new Set<Follower<T>>()
  let latest: { reading: T; text: string } | undefined
  let idle = new AbortController()
  let isReading = false

  async function readRepeatedly(): Promise<void> {
    isReading = true
    try {
      while (followers.size > 0) {
        const startedAt = performance.now()
        const reading = await read()
        const text = JSON.stringify(reading)
        const isNew = text !== latest?.text
        latest = { reading, text }
        const ended = isLast(reading)
        for (const follower of followers) {
          if (isNew) follower.unseen = { reading }
          follower.ended = ended
          follower.wake()
        }
        if (ended) return
        const pause = Math.max(every, 4 * (performance.now() - startedAt))
        await delay(pause, undefined, { signal: idle.signal }).catch(() => undefined)
      }
    } catch (error) {
      for (const follower of followers) {
        follower.error = error
        follower.wake()
      }
    } finally {
      isReading = false
      latest = undefined
    }
  }

  return {
    async *follow(signal) {
      const follower: Follower<T> = { ended: false, wake: () => undefined }
      // A new follower must not wait for the next change.
      if (latest) follower.unseen = { reading: latest.reading }
      followers.add(follower)
      const leave = () => {
        followers.delete(follower)
        follower.wake()
        if (followers.size > 0) return
        idle.abort()
        idle = new AbortController()
      }
      signal.addEventListener('abort', leave, { once: true })
      try {
        if (!isReading) void readRepeatedly()
        while (!signal.aborted) {
          const { unseen } = follower
          delete follower.unseen
          if (unseen) yield unseen.reading
          else if (follower.error) throw follower.error
          else if (follower.ended) return
          else
            await new Promise<void>(resolve => {
              follower.wake = resolve
            })
        }
      } finally {
        signal.removeEventListener('abort', leave)
        leave()
      }
    },
  }
}
