import type { Attempt, AttemptFilter, AttemptPosition } from '../../core/audit/audit.ts'
import type { Database } from '../client/connect.ts'
import { listAttempts } from './list-attempts.ts'

const PAGE_SIZE = 500

/**
 * Everything that fits, newest first, a page at a time: the next page is read when it is asked for, in
 * a transaction of its own. Ends early, without an error, once `signal` says so.
 */
export async function* streamAttempts(
  db: Database,
  filter: AttemptFilter,
  signal: AbortSignal,
  pageSize = PAGE_SIZE,
): AsyncGenerator<Attempt[]> {
  let after: AttemptPosition | undefined
  while (!signal.aborted) {
    const { attempts, next } = await listAttempts(db, filter, pageSize, after)
    if (attempts.length > 0) yield attempts
    if (!next) return
    after = next
  }
}
