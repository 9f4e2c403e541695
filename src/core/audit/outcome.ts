/**
 * What became of an attempt, as its row tells: `pending` has its request under way, `unknown` got no
 * answer, or one that proves nothing.
 */
export type AttemptOutcome = 'accepted' | 'failed' | 'pending' | 'unknown'

/**
 * Codes after which the provider may have taken the email all the same: no answer, a fault on its side,
 * or a 409, which speaks of another request under our key. As `readAnswer` repeats them.
 */
export const UNPROVED_CODES = [
  'unknown',
  'network',
  'timeout',
  'application_error',
  'internal_server_error',
  'service_unavailable',
  'concurrent_idempotent_requests',
  'invalid_idempotent_request',
  'resource_locked',
] as const

/**
 * The code that an error line begins with; null where it begins with anything else, as those of other
 * programs. The database takes the same 64 characters.
 */
export function errorCode(errorMessage: string | null): string | null {
  const [start = ''] = (errorMessage ?? '').slice(0, 64).split(':', 1)
  return /^[a-z][a-z0-9_]*$/.test(start) ? start : null
}

/** What an attempt's success and the code of its error say of it. */
export function outcomeOf(success: boolean, code: string | null): AttemptOutcome {
  if (success) return 'accepted'
  if (code === 'pending') return 'pending'
  return UNPROVED_CODES.some(unproved => unproved === code) ? 'unknown' : 'failed'
}
