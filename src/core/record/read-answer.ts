import { counted } from '../counted.ts'
import { errorLine } from '../errors/error-line.ts'
import type { Answer } from '../provider.ts'

export type ItemOutcome =
  | { kind: 'accepted'; providerId: string }
  /** `ofRequest`: the provider refused the request as a whole, not this email. */
  | { kind: 'rejected'; error: string; ofRequest?: true }

/**
 * What an answer means for a request and its emails. `error` is `<code>: <message>`, as it is recorded.
 */
export type Outcome =
  /** The outcome of each email is known; in the request's order. */
  | { kind: 'settled'; items: ItemOutcome[] }
  /** The answer proves nothing: the same request is sent again under the same key. */
  | { kind: 'repeat'; error: string }
  /** Not accepted. Sending pauses, then the same request is sent again. With `quota`, sending is stopped. */
  | { kind: 'wait'; error: string; seconds: number; quota?: true }
  /** The provider will accept nothing until an operator acts. No recipient is at fault. */
  | { kind: 'stop'; error: string }

const RATE_LIMIT_SECONDS = 1
/** The answer does not say when a quota is reset; an hourly probe costs one request. */
const QUOTA_SECONDS = 3600
/** A longer wait would delay emails after the provider has long recovered. */
const LONGEST_SECONDS = 3600

/** Evaluates the answer to a request of `size` emails. */
export function readAnswer(answer: Answer, size: number): Outcome {
  if (answer.kind === 'no_response') {
    return { kind: 'repeat', error: errorLine(answer.code, answer.message) }
  }
  if (answer.kind === 'answered') return readItems(answer.ids, answer.errors, size)
  return readRefusal(answer, size)
}

function readItems(
  ids: unknown[],
  errors: { index: number; message: string }[],
  size: number,
): Outcome {
  const rejected = new Map(errors.map(error => [error.index, error.message]))
  const isConsistent =
    ids.length + errors.length === size &&
    rejected.size === errors.length &&
    [...rejected.keys()].every(index => Number.isInteger(index) && index >= 0 && index < size) &&
    ids.every(isId) &&
    new Set(ids).size === ids.length
  if (!isConsistent) {
    const summary = `${counted(ids.length, 'id')} and ${counted(errors.length, 'error')} for ${counted(size, 'email')}`
    return { kind: 'repeat', error: `unknown: the answer does not add up: ${summary}` }
  }
  const accepted = ids.values()
  const items = Array.from({ length: size }, (_, index): ItemOutcome => {
    const message = rejected.get(index)
    if (message !== undefined)
      return { kind: 'rejected', error: errorLine('validation_error', message) }
    return { kind: 'accepted', providerId: accepted.next().value as string }
  })
  return { kind: 'settled', items }
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && !id.includes('\0') && id.isWellFormed()
}

function readRefusal(answer: Extract<Answer, { kind: 'refused' }>, size: number): Outcome {
  const { status, name, message } = answer
  const error = errorLine(name, message)
  if (status === 429) return readWait(answer)
  if (status === 401 || status === 403 || status === 451) return { kind: 'stop', error }
  // A 409 is about an earlier request under the same key, whose outcome is unknown.
  if (status >= 400 && status < 500 && status !== 409 && status !== 408) {
    return {
      kind: 'settled',
      items: Array.from({ length: size }, () => ({ kind: 'rejected', error, ofRequest: true })),
    }
  }
  return { kind: 'repeat', error }
}

function readWait({ name, message, retryAfter }: Extract<Answer, { kind: 'refused' }>): Outcome {
  const isQuota = name.endsWith('_quota_exceeded')
  const asked = retryAfter ?? (isQuota ? QUOTA_SECONDS : RATE_LIMIT_SECONDS)
  const isLong = asked > LONGEST_SECONDS
  // At the beginning, because the end of a long message is cut off.
  const note = isLong ? `the provider asked for ${formatWait(asked)}; waiting 1 hour. ` : ''
  return {
    kind: 'wait',
    error: errorLine(name, note + message),
    seconds: isLong ? LONGEST_SECONDS : asked,
    ...(isQuota && { quota: true }),
  }
}

function formatWait(seconds: number): string {
  return seconds < 7200
    ? counted(Math.ceil(seconds / 60), 'minute')
    : counted(Math.round(seconds / 3600), 'hour')
}
