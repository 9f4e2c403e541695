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
])('the attempt after attempt %i follows after %i ms', (attempt, ms) => {
  expect(nextAttemptIn(repeat, attempt, 2_000, () => 0)).toBe(ms)
})

test.each([12, 20, 2_000])('the wait after attempt %i is at most an hour', attempt => {
  expect(nextAttemptIn(repeat, attempt, 2_000, () => 0)).toBe(HOUR)
})

test('waits are randomly shortened by up to a quarter', () => {
  expect(nextAttemptIn(repeat, 3, 2_000, () => 0.5)).toBe(7_000)
  expect(nextAttemptIn(repeat, 3, 2_000, () => 0.999_999)).toBeGreaterThan(6_000)
})

test('a wait that the provider asked for is neither shortened nor extended', () => {
  expect(nextAttemptIn(wait, 1, 2_000, () => 0.9)).toBe(7_000)
  expect(nextAttemptIn(wait, 20, 2_000, () => 0.9)).toBe(7_000)
})

test('the first wait is configurable', () => {
  expect(nextAttemptIn(repeat, 1, 20, () => 0)).toBe(20)
  expect(nextAttemptIn(repeat, 3, 20, () => 0)).toBe(80)
})
