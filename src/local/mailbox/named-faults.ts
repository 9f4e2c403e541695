import type { Fault } from './faults.ts'

/** Failures of a provider that an operator may want to rehearse. */
const faults: Record<string, Fault | null> = {
  off: null,
  'server-error': { kind: '500-before' },
  'no-answer': { kind: 'hang' },
  'lost-answer': { kind: 'reset-after' },
  'refused-key': {
    kind: 'status',
    status: 401,
    name: 'invalid_api_key',
    message: 'API key is invalid',
  },
  'rate-limit': { kind: '429', retryAfter: 2 },
  quota: { kind: '429', name: 'daily_quota_exceeded' },
  slow: { kind: 'latency', ms: 5_000 },
}

export const faultNames = Object.keys(faults)

/** The fault with this name; null switches faults off. */
export function faultNamed(name: string): Fault | null {
  return faults[name] ?? null
}
