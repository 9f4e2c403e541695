import type { Fault } from '../../src/local/mailbox/faults.ts'

/** All faults of the mailbox without an answer, or with one that proves nothing. */
export const noResponseFaults: readonly Fault[] = [
  { kind: 'refuse' },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: '500-before' },
  { kind: '500-after' },
  { kind: 'hang' },
  { kind: 'hang-after' },
  { kind: 'broken-json' },
  { kind: 'truncated' },
  { kind: 'lying-count' },
]
