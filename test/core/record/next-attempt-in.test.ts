import { expect, test } from 'vitest'
import { nextAttemptIn } from '../../../src/core/record/next-attempt-in.ts'

const repeat = { kind: 'repeat', error: 'network: reset' } as const
const wait = { kind: 'wait', error: 'rate_limit_exceeded: slow down', seconds: 7 } as const
const HOUR = 3_600_000

test.each([
  [1, 2_000],
  [2, 4_000],
  [3, 8_000],
  [11, 2_048_000],
])('attempt %i is followed by the next after %i ms', (attempt, ms) => {
  expect(nextAttemptIn(repeat, attempt, 2_000, () => 0)).toBe(ms)
})

test.each([12, 20, 2_000])('after attempt %i the pause grows no longer than an hour', attempt => {
  expect(nextAttemptIn(repeat, attempt, 2_000, () => 0)).toBe(HOUR)
})

test('batches that failed together come back up to a quarter apart', () => {
  expect(nextAttemptIn(repeat, 3, 2_000, () => 0.5)).toBe(7_000)
  expect(nextAttemptIn(repeat, 3, 2_000, () => 0.999_999)).toBeGreaterThan(6_000)
})

test('what the provider asks for is neither shortened nor made longer by the number of attempts', () => {
  expect(nextAttemptIn(wait, 1, 2_000, () => 0.9)).toBe(7_000)
  expect(nextAttemptIn(wait, 20, 2_000, () => 0.9)).toBe(7_000)
})

test('the first pause is the one that was asked for', () => {
  expect(nextAttemptIn(repeat, 1, 20, () => 0)).toBe(20)
  expect(nextAttemptIn(repeat, 3, 20, () => 0)).toBe(80)
})
