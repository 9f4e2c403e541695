import { type Answer, invalid } from './answers.ts'
import type { Email, Endpoint } from './stored-email.ts'
import { InvalidEmailError, readEmail } from './validate-email.ts'

/** The emails of a request that may be accepted, and those a permissive batch leaves out. */
export interface ReadRequest {
  emails: Email[]
  /** Only in a permissive batch; `index` counts the emails as they were sent. */
  errors?: { index: number; message: string }[]
}

const mostInBatch = 100

/**
 * Reads a request's body.
 * @param validation the header `x-batch-validation`; strict without it
 * @returns the answer that refuses it, when a rule is broken
 */
export function readRequest(
  endpoint: Endpoint,
  body: Buffer,
  validation = 'strict',
): ReadRequest | { refused: Answer } {
  const value = parse(body)
  if (value === undefined) return { refused: invalid('The body must be valid JSON.', 400) }
  if (endpoint === 'emails') return strictly([value], endpoint)
  if (validation !== 'strict' && validation !== 'permissive') {
    return { refused: invalid('The `x-batch-validation` must be `strict` or `permissive`.') }
  }
  if (!Array.isArray(value) || value.length < 1 || value.length > mostInBatch) {
    return { refused: invalid(`The batch must be an array of 1 to ${mostInBatch} emails.`) }
  }
  return validation === 'strict' ? strictly(value, endpoint) : permissively(value, endpoint)
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

/** All or nothing; Resend does not say which of them was bad. */
function strictly(values: unknown[], endpoint: Endpoint): ReadRequest | { refused: Answer } {
  try {
    return { emails: values.map(value => readEmail(value, endpoint)) }
  } catch (error) {
    if (error instanceof InvalidEmailError) return { refused: error.answer }
    throw error
  }
}

function permissively(values: unknown[], endpoint: Endpoint): ReadRequest {
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
