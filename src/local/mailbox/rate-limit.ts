const windowMs = 1000

/** The decision about one request. */
export interface Admission {
  admitted: boolean
  /** The `ratelimit-*` headers, and `retry-after` for a refused request, in whole seconds. */
  headers: Record<string, string>
}

/**
 * A sliding window: at most `perSecond` requests of all clients in any 1,000 ms. Resend does not specify
 * its window; this is the strictest kind, so what passes here also passes a fixed window. Refused requests
 * do not count.
 */
export interface RateLimit {
  /** Admits a request at the time `at` (default: now) if the window has room. */
  admit(at?: number): Admission
  /** The current headers, without admitting a request. */
  headers(): Record<string, string>
}

/** @param perSecond Infinity: every request is admitted and there are no headers */
export function createRateLimit(perSecond: number, now: () => number): RateLimit {
  let admitted: number[] = []

  function headers(time = now()): Record<string, string> {
    if (perSecond === Number.POSITIVE_INFINITY) return {}
    admitted = admitted.filter(at => time - at < windowMs)
    const oldest = admitted[0]
    return {
      'ratelimit-limit': String(perSecond),
      'ratelimit-remaining': String(Math.max(0, perSecond - admitted.length)),
      'ratelimit-reset': String(
        oldest === undefined ? 0 : Math.ceil((oldest + windowMs - time) / 1000),
      ),
    }
  }

  return {
    headers: () => headers(),
    admit(at = now()) {
      if (perSecond === Number.POSITIVE_INFINITY) return { admitted: true, headers: {} }
      const before = headers(at)
      if (admitted.length >= perSecond) {
        return {
          admitted: false,
          headers: { ...before, 'retry-after': before['ratelimit-reset'] ?? '1' },
        }
      }
      admitted.push(at)
      return { admitted: true, headers: headers(at) }
    },
  }
}
