/** How long anonymous callers share a result. */
const DEFAULT_TTL_MS = 1_000

/**
 * Wraps `read` so that concurrent calls and those within `ttlMs` after it share one result. However
 * many anonymous callers there are, they cost one read. Failures are shared, too.
 */
export function coalesce<T>(read: () => Promise<T>, ttlMs = DEFAULT_TTL_MS): () => Promise<T> {
  let latest: { result: Promise<T>; settledAt: number } | undefined
  return () => {
    if (latest && performance.now() < latest.settledAt + ttlMs) return latest.result
    const entry = { result: read(), settledAt: Number.POSITIVE_INFINITY }
    latest = entry
    const settle = () => {
      entry.settledAt = performance.now()
    }
    entry.result.then(settle, settle)
    return entry.result
  }
}
