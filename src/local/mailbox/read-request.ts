import { type Answer, invalid } from './answers.ts'
import type { Email, Endpoint } from './stored-email.ts'
import { InvalidEmailError, readEmail } from './validate-email.ts'

/** The valid emails of a request, and the errors of those that a permissive batch leaves out. */
export interface ReadRequest {
  emails: Email[]
  /** Only for a permissive batch; `index` is the position in the request. */
  errors?: { index: number; message: string }[]
}

const maxBatch = 100

/**
 * Parses and validates a request's body.
 * @param validation the header `x-batch-validation`; strict without it
 * @returns the emails, or the refusal of an invalid request
 */
export function readRequest(
  endpoint: Endpoint,
  body: Buffer,
  validation = 'strict',
): ReadRequest | { refused: Answer } {
  const value = parse(body)
  if (value === undefined) return { refused: invalid('The body must be valid JSON.', 400) }
  if (endpoint === 'emails') return readStrict([value], endpoint)
  if (validation !== 'strict' && validation !== 'permissive') {
    return { refused: invalid('The `x-batch-validation` must be `strict` or `permissive`.') }
  }
  if (!Array.isArray(value) || value.length < 1 || value.length > maxBatch) {
    return { refused: invalid(`The batch must be an array of 1 to ${maxBatch} emails.`) }
  }
  return validation === 'strict' ? readStrict(value, endpoint) : readPermissive(value, endpoint)
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

/** Accepts all emails or none; like Resend, it does not say which one is invalid. */
function readStrict(values: unknown[], endpoint: Endpoint): ReadRequest | { refused: Answer } {
  try {
    return { emails: values.map(value => readEmail(value, endpoint)) }
  } catch (error) {
    if (error instanceof InvalidEmailError) return { refused: error.answer }
    throw error
  }
}

function readPermissive(values: unknown[], endpoint: Endpoint): ReadRequest {
  const emails: Email[] = []
  const errors: { index: number; message: string }[] = []
  for (const [index, value] of values.entries()) {
    try {
      emails.push(readEmail(value, endpoint))
    } catch (error) {
      if (!(error instanceof InvalidEmailError)) throw error
      errors.push({ index, message: error.message })
    }
  }
  return { emails, errors }
}
