import { TidingsError } from '../../core/errors/tidings-error.ts'

/** A query that got no answer at all within its time: whatever is at the other end, it is not well. */
export class QueryTimeoutError extends TidingsError {
  override readonly isRetryable = true
  readonly code = 'QUERY_TIMEOUT'

  constructor(ms: number) {
    super(`the database has not answered within ${ms} ms`)
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
/** Connection exceptions, a session that was ended, and a server that is going or not there yet. */
const STATES = /^(08...|25P0[34]|57P0[1-5])$/
/** `pg` and pg-boss give these no code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|LISTEN\/NOTIFY|Client has encountered a connection error|Client was closed)/

const REFUSED = /^(connect|read|write) (ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)/

type Fault = { code?: unknown; message?: unknown; cause?: unknown }

/** Whether an error of postgres.js, `pg`, pg-boss or Drizzle says that the database was lost. */
export function isLostConnection(error: unknown): boolean {
  // pg-boss hands on copies of errors that are none themselves.
  for (let at = error as Fault | undefined | null; at; at = at.cause as Fault | undefined) {
    const { code, message } = at
    if (typeof code === 'string' && (CODES.has(code) || STATES.test(code))) return true
    if (typeof message === 'string' && (MESSAGES.test(message) || REFUSED.test(message)))
      return true
  }
  return false
}
