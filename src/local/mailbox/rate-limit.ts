const windowMs = 1000

/** What one request was told. */
export interface Admission {
  admitted: boolean
  /** `ratelimit-*`, and `retry-after` for one that was not admitted; in whole seconds. */
  headers: Record<string, string>
}

/**
 * A sliding window: at most `perSecond` requests in any 1,000 ms, whoever sends them. Resend speaks
 * of requests a second without naming its window; this is the strictest reading, so what passes
 * here passes a fixed window too. Refused requests do not count.
 */
export interface RateLimit {
  /** Takes a place in the window before `at`, now unless told, if there is one. */
  admit(at?: number): Admission
  /** The headers as they stand, without taking a place. */
  headers(): Record<string, string>
}

/** @param perSecond Infinity: everything is admitted and there are no headers */
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
