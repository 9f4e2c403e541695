/**
 * The outcome of an attempt according to its row. `pending`: its request is in flight. `unknown`: no
 * answer, or one that proves nothing.
 */
export type AttemptOutcome = 'accepted' | 'failed' | 'pending' | 'unknown'

/**
 * Codes after which the provider may still have accepted the email: no answer, a fault on its side, or a
 * 409, which is about an earlier request under the same key. `readAnswer` has these requests retried.
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
 * The code at the start of an error line; null if it does not start with one, as in lines by other programs.
 * The database uses the same 64 characters.
 */
export function errorCode(errorMessage: string | null): string | null {
  const [start = ''] = (errorMessage ?? '').slice(0, 64).split(':', 1)
  return /^[a-z][a-z0-9_]*$/.test(start) ? start : null
}

/** The outcome that follows from an attempt's success and error code. */
export function outcomeOf(success: boolean, code: string | null): AttemptOutcome {
  if (success) return 'accepted'
  if (code === 'pending') return 'pending'
  return UNPROVED_CODES.some(unproved => unproved === code) ? 'unknown' : 'failed'
}
