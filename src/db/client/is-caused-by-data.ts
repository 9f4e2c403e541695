import { findTidingsError } from '../../core/errors/tidings-error.ts'
import { isLostConnection } from './lost-connection.ts'

/**
 * Classes of errors that the server's state causes, not a row: transactions that conflict, missing
 * resources, missing rights or tables, a failing disk. Source: PostgreSQL, appendix A.
 */
const NOT_DATA = /^(08|0A|25|26|28|3D|3F|40|42|53|55|57|58|F0)/
/** A statement that took too long: fewer rows take less time. */
const TIMED_OUT = '57014'
/** The error arose in a function of the host, such as a trigger, whatever its code says. */
const IN_FUNCTION = /\bfunction\b/

type Fields = { code?: unknown; where?: unknown; cause?: unknown }

/**
 * Whether a row's data may have caused an error, so that the same work without that row would succeed.
 * True for errors of our own code, such as an `Invalid time value`.
 */
export function isCausedByData(error: unknown): boolean {
  if (isLostConnection(error)) return false
  for (let at = error as Fields | undefined; at; at = at.cause as Fields | undefined) {
    const { code, where } = at
    if (typeof code !== 'string') continue
    if (code === TIMED_OUT) return true
    const conflicts = /^(40|55)/.test(code)
    return !NOT_DATA.test(code) || (!conflicts && IN_FUNCTION.test(String(where)))
  }
  return !findTidingsError(error)?.isRetryable
}
