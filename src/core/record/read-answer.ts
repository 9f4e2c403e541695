import { counted } from '../counted.ts'
import { errorLine } from '../errors/error-line.ts'
import type { Answer } from '../provider.ts'

export type ItemOutcome =
  | { kind: 'accepted'; providerId: string }
  | { kind: 'rejected'; error: string }

/**
 * What an answer means. `error` is `<code>: <message>` as it goes into the record.
 * - `settled`: the fate of each email is known, in the request's order.
 * - `repeat`: nothing is proved; the same request goes again under the same key.
 * - `wait`: it was not taken, and nobody is to send for `seconds`; then the same request again. With
 *   `quota`, more is used up than the rate of a second: sending is stopped until then.
 * - `stop`: nothing will be taken until somebody acts; no recipient is at fault.
 */
export type Outcome =
  | { kind: 'settled'; items: ItemOutcome[] }
  | { kind: 'repeat'; error: string }
  | { kind: 'wait'; error: string; seconds: number; quota?: true }
  | { kind: 'stop'; error: string }

const RATE_LIMIT_SECONDS = 1
/** The answer does not say when a quota starts anew; an hourly look costs one request. */
const QUOTA_SECONDS = 3600

/** Reads an answer to a request of `size` emails. Pure: the same answer always means the same. */
export function readAnswer(answer: Answer, size: number): Outcome {
  if (answer.kind === 'silent') {
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
  const sound =
    ids.length + errors.length === size &&
    rejected.size === errors.length &&
    [...rejected.keys()].every(index => Number.isInteger(index) && index >= 0 && index < size) &&
    ids.every(isId) &&
    new Set(ids).size === ids.length
  if (!sound) {
    const told = `${counted(ids.length, 'id')} and ${counted(errors.length, 'error')} for ${counted(size, 'email')}`
    return { kind: 'repeat', error: `unknown: the answer does not add up: ${told}` }
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
  const { status, name, message, retryAfter } = answer
  const error = errorLine(name, message)
  if (status === 429) {
    if (name.endsWith('_quota_exceeded')) {
      return { kind: 'wait', error, seconds: retryAfter ?? QUOTA_SECONDS, quota: true }
    }
    return { kind: 'wait', error, seconds: retryAfter ?? RATE_LIMIT_SECONDS }
  }
  if (status === 401 || status === 403 || status === 451) return { kind: 'stop', error }
  // A 409 speaks of another request under our key, whose outcome we do not know.
  if (status >= 400 && status < 500 && status !== 409 && status !== 408) {
    return {
      kind: 'settled',
      items: Array.from({ length: size }, () => ({ kind: 'rejected', error })),
    }
  }
  return { kind: 'repeat', error }
}
