import type { Outcome } from './read-answer.ts'

const LONGEST_MS = 3_600_000

/**
 * Milliseconds until a request goes again: what the provider asked for, or else `firstMs` doubled with
 * each attempt up to an hour, less up to a quarter so that batches that failed together come back
 * apart.
 */
export function nextAttemptIn(
  outcome: Outcome,
  attempt: number,
  firstMs: number,
  random = Math.random,
): number {
  if (outcome.kind === 'wait') return outcome.seconds * 1000
  const backoff = Math.min(firstMs * 2 ** (attempt - 1), LONGEST_MS)
  return backoff * (1 - random() / 4)
}
