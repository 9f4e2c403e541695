import { causesOf } from '../../core/errors/causes-of.ts'
import { TidingsError } from '../../core/errors/tidings-error.ts'

/** A query got no answer within its time limit. */
export class QueryTimeoutError extends TidingsError {
  override readonly isRetryable = true
  readonly code = 'QUERY_TIMEOUT'

  constructor(ms: number) {
    super(`the database did not answer within ${ms} ms`)
  }
}

const CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'QUERY_TIMEOUT',
])
/** Connection exceptions, a terminated session, and a server that is shutting down or starting. */
const STATES = /^(08...|25P0[34]|57P0[1-5])$/
/** Errors of `pg` and pg-boss that have no code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|LISTEN\/NOTIFY|Client has encountered a connection error|Client was closed)/

const REFUSED = /^(connect|read|write) (ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)/

/** Whether an error of postgres.js, `pg`, pg-boss or Drizzle means that the connection was lost. */
export function isLostConnection(error: unknown): boolean {
  for (const { code, message } of causesOf(error)) {
    if (typeof code === 'string' && (CODES.has(code) || STATES.test(code))) return true
    if (typeof message === 'string' && (MESSAGES.test(message) || REFUSED.test(message)))
      return true
  }
  return false
}
