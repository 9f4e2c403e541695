import type { AcceptedRequest, Endpoint } from './stored-email.ts'

const keptMs = 24 * 60 * 60 * 1000

/** What is remembered of an accepted request that had a key. */
export type KeptAnswer = Pick<AcceptedRequest, 'at' | 'hash' | 'answer'>

/** The keys of the last 24 hours; an endpoint's keys are its own. */
export interface IdempotencyKeys {
  /** @returns undefined when the key was not used in the 24 hours before `at` */
  find(scope: Endpoint, key: string, at: number): KeptAnswer | undefined
  keep(request: AcceptedRequest & { key: string }): void
}

export function createIdempotencyKeys(): IdempotencyKeys {
  // In the order they came, so the expired ones are always in front.
  const kept = new Map<string, KeptAnswer>()
  const place = (scope: Endpoint, key: string) => `${scope} ${key}`

  return {
    find(scope, key, at) {
      const answer = kept.get(place(scope, key))
      return answer !== undefined && at - answer.at < keptMs ? answer : undefined
    },
    keep({ scope, key, at, hash, answer }) {
      for (const [old, { at: since }] of kept) {
        if (at - since < keptMs) break
        kept.delete(old)
      }
      kept.delete(place(scope, key))
      kept.set(place(scope, key), { at, hash, answer })
    },
  }
}
