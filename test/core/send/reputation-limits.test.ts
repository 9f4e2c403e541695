import { expect, test } from 'vitest'
import { decisiveCount, findBreach } from '../../../src/core/send/reputation-limits.ts'

test.each([
  [{ accepted: 500, bounced: 31, complained: 0 }, /^bounce_rate: 6.2 % of 500 .*limit 4 %/],
  [{ accepted: 500, bounced: 20, complained: 0 }, null],
  [{ accepted: 99, bounced: 99, complained: 0 }, null],
  [{ accepted: 100, bounced: 5, complained: 0 }, /^bounce_rate: 5 % /],
  [{ accepted: 50, bounced: 0, complained: 1 }, null],
  [{ accepted: 2_499, bounced: 0, complained: 2 }, /^complaint_rate: 0.08 % .*limit 0.08 %/],
  [{ accepted: 2_500, bounced: 0, complained: 2 }, null],
  [{ accepted: 0, bounced: 0, complained: 2 }, /^complaint_rate: /],
])('%o', (reputation, expected) => {
  const breach = findBreach(reputation)
  if (expected) expect(breach).toMatch(expected)
  else expect(breach).toBeNull()
  // Counting up to `decisiveCount` must be enough for the decision.
  const enough = decisiveCount(reputation)
  const counted = { ...reputation, accepted: Math.min(reputation.accepted, enough) }
  expect(enough > 0 && findBreach(counted) !== null).toBe(expected !== null)
})
