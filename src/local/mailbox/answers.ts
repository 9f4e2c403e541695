/** The answer to a client, before it is written as HTTP. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: unknown
}

/**
 * An error in Resend's format.
 * @see https://resend.com/docs/api-reference/errors for the names, statuses and messages
 */
export function refusal(status: number, name: string, message: string): Answer {
  return { status, headers: {}, body: { statusCode: status, name, message } }
}

export function invalid(message: string, status = 422): Answer {
  return refusal(status, 'validation_error', message)
}

export function missingField(field: string): Answer {
  return refusal(422, 'missing_required_field', `Missing \`${field}\` field.`)
}

export function notFound(message = 'The requested endpoint does not exist.'): Answer {
  return refusal(404, 'not_found', message)
}

export function internalError(): Answer {
  return refusal(500, 'internal_server_error', 'An unexpected error occurred.')
}

export function invalidKey(): Answer {
  return refusal(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.')
}

export function keyReused(): Answer {
  return refusal(
    409,
    'invalid_idempotent_request',
    'Same idempotency key used with a different request payload.',
  )
}

export function keyInFlight(): Answer {
  return refusal(
    409,
    'concurrent_idempotent_requests',
    'Same idempotency key used while original request is still in progress.',
  )
}

/** The three reasons for a 429. */
export type LimitName = 'rate_limit_exceeded' | 'daily_quota_exceeded' | 'monthly_quota_exceeded'

const limitMessages: Record<LimitName, string> = {
  rate_limit_exceeded:
    'Too many requests. Please limit the number of requests per second. Or contact support to increase rate limit.',
  daily_quota_exceeded: 'You have reached your daily email sending quota.',
  monthly_quota_exceeded: 'You have reached your monthly email sending quota.',
}

/** @param retryAfter the `retry-after` header in seconds; omitted without it */
export function tooMany(name: LimitName, retryAfter?: number): Answer {
  const answer = refusal(429, name, limitMessages[name])
  return retryAfter === undefined
    ? answer
    : { ...answer, headers: { 'retry-after': String(retryAfter) } }
}
