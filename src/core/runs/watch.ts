import { setTimeout as delay } from 'node:timers/promises'

export interface WatchOptions<T> {
  /** Milliseconds between two readings, at the least. */
  every: number
  /** Whether nothing can change any more after this reading. */
  isLast?: (reading: T) => boolean
}

/** Something that is read again and again for as long as somebody follows it. */
export interface Watch<T> {
  /**
   * The reading of this moment, then each that differs from the one before. Ends after the last one, or
   * with `signal`. Who is slow to take one gets the newest next, not all between. Throws when a reading
   * fails.
   */
  follow(signal: AbortSignal): AsyncGenerator<T, void, undefined>
}

interface Follower<T> {
  /** Not taken yet. */
  unseen?: { reading: T }
  error?: unknown
  ended: boolean
  wake(): void
}

/**
 * One reading at a time for everybody who follows. A reading that takes long is waited for four times
 * as long, so that looking on never costs the database more than a fifth of one connection.
 */
export function createWatch<T>(
  read: () => Promise<T>,
  { every, isLast = () => false }: WatchOptions<T>,
): Watch<T> {
  const followers = new Set<Follower<T>>()
  let latest: { reading: T; text: string } | undefined
  let resting = new AbortController()
  let isReading = false

  async function readOn(): Promise<void> {
    isReading = true
    try {
      while (followers.size > 0) {
        const begun = performance.now()
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
        const pause = Math.max(every, 4 * (performance.now() - begun))
        await delay(pause, undefined, { signal: resting.signal }).catch(() => undefined)
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
      // Who comes later need not wait for the next change.
      if (latest) follower.unseen = { reading: latest.reading }
      followers.add(follower)
      const leave = () => {
        followers.delete(follower)
        follower.wake()
        if (followers.size > 0) return
        resting.abort()
        resting = new AbortController()
      }
      signal.addEventListener('abort', leave, { once: true })
      try {
        if (!isReading) void readOn()
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
