import { causesOf } from '../../core/errors/causes-of.ts'
import { findTidingsError } from '../../core/errors/tidings-error.ts'
import { isLostConnection } from './lost-connection.ts'

/** The server's state: lost connections, conflicts, missing resources, a failing disk. PostgreSQL, appendix A. */
const STATE = /^(08|40|53|55|57|58)/
/** What is missing or not allowed, which concerns every row alike, unless a function of the host says so. */
const EVERY_ROW = /^(0A|25|26|28|3D|3F|42|F0)/
/** The error arose in a function of the host, such as a trigger. */
const IN_FUNCTION = /\bfunction\b/
const TIMED_OUT = '57014'

/**
 * Whether a row's data may have caused an error, so that the same work without that row would succeed.
 * True for errors of our own code, such as an `Invalid time value`.
 */
export function isCausedByData(error: unknown): boolean {
  if (isLostConnection(error)) return false
  for (const { code, where } of causesOf(error)) {
    if (typeof code !== 'string') continue
    // Fewer rows take less time.
    if (code === TIMED_OUT) return true
    if (STATE.test(code)) return false
    return !EVERY_ROW.test(code) || IN_FUNCTION.test(String(where))
  }
  return !findTidingsError(error)?.isRetryable
}

/** Whether a statement took too long, which may be because of a row, or of what else the server does. */
export function hasTimedOut(error: unknown): boolean {
  return [...causesOf(error)].some(({ code }) => code === TIMED_OUT)
}
