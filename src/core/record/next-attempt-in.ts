import type { Outcome } from './read-answer.ts'

const MAX_BACKOFF_MS = 3_600_000

/**
 * Milliseconds until a request is sent again: the wait that the provider asked for, or else exponential
 * backoff from `firstMs` up to an hour, minus a random part of up to a quarter.
 */
export function nextAttemptIn(
  outcome: Outcome,
  attempt: number,
  firstMs: number,
  random = Math.random,
): number {
  if (outcome.kind === 'wait') return outcome.seconds * 1000
  const backoff = Math.min(firstMs * 2 ** (attempt - 1), MAX_BACKOFF_MS)
  return backoff * (1 - random() / 4)
}
