/** For how long anonymous callers are given the same figures. */
const KEPT_MS = 1_000

/**
 * One reading for everybody who asks while it is taken and for a moment after, so that callers without
 * a token cost no more than one of them. A failure is kept as well: it is no reason to ask more often.
 */
export function shareReading<T>(read: () => Promise<T>, keptMs = KEPT_MS): () => Promise<T> {
  let latest: { reading: Promise<T>; takenAt: number } | undefined
  return () => {
    if (latest && performance.now() < latest.takenAt + keptMs) return latest.reading
    const reading = read()
    const mine = { reading, takenAt: Number.POSITIVE_INFINITY }
    latest = mine
    const settle = () => {
      mine.takenAt = performance.now()
    }
    reading.then(settle, settle)
    return reading
  }
}
