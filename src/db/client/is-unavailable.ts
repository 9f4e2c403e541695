import { causesOf } from '../../core/errors/causes-of.ts'
import { isLostConnection } from './lost-connection.ts'

/**
 * The server refuses the work and may take it later: it has become a standby, has no such database, no
 * connection or resource left, or a lock was not released in time. Source: PostgreSQL, appendix A.
 */
const LATER = /^(25006|3D000|40|53|55P03|57014)/

/** Whether the same call may succeed later, because the database is the reason. */
export function isUnavailable(error: unknown): boolean {
  if (isLostConnection(error)) return true
  return [...causesOf(error)].some(({ code }) => typeof code === 'string' && LATER.test(code))
}
