import type { AcceptedRequest, Endpoint } from './stored-email.ts'

const keepMs = 24 * 60 * 60 * 1000

/** The stored answer to an accepted request with a key. */
export type KeptAnswer = Pick<AcceptedRequest, 'at' | 'hash' | 'answer'>

/** The keys of the last 24 hours; each endpoint has its own. */
export interface IdempotencyKeys {
  /** @returns undefined if the key was not used in the 24 hours before `at` */
  find(scope: Endpoint, key: string, at: number): KeptAnswer | undefined
  keep(request: AcceptedRequest & { key: string }): void
}

export function createIdempotencyKeys(): IdempotencyKeys {
  // In order of arrival, so expired keys come first.
  const kept = new Map<string, KeptAnswer>()
  const mapKey = (scope: Endpoint, key: string) => `${scope} ${key}`

  return {
    find(scope, key, at) {
      const answer = kept.get(mapKey(scope, key))
      return answer !== undefined && at - answer.at < keepMs ? answer : undefined
    },
    keep({ scope, key, at, hash, answer }) {
      for (const [old, { at: since }] of kept) {
        if (at - since < keepMs) break
        kept.delete(old)
      }
      kept.delete(mapKey(scope, key))
      kept.set(mapKey(scope, key), { at, hash, answer })
    },
  }
}
