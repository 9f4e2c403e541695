/** How long anonymous callers share a result. */
const DEFAULT_TTL_MS = 1_000

/**
 * Wraps `read` so that concurrent calls and those within `ttlMs` after it share one result, and those
 * within `times` the duration of the read. However many callers there are, they cost one read. Failures
 * are shared, too.
 */
export function coalesce<T>(
  read: () => Promise<T>,
  ttlMs = DEFAULT_TTL_MS,
  times = 0,
): () => Promise<T> {
  let latest: { result: Promise<T>; endsAt: number } | undefined
  return () => {
    if (latest && performance.now() < latest.endsAt) return latest.result
    const startedAt = performance.now()
    const entry = { result: read(), endsAt: Number.POSITIVE_INFINITY }
    latest = entry
    const settle = () => {
      const now = performance.now()
      entry.endsAt = now + Math.max(ttlMs, times * (now - startedAt))
    }
    entry.result.then(settle, settle)
    return entry.result
  }
}
