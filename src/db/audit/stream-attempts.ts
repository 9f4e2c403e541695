import type { Attempt, AttemptFilter, AttemptPosition } from '../../core/audit/audit.ts'
import type { Database } from '../client/connect.ts'
import { listAttempts } from './list-attempts.ts'

const PAGE_SIZE = 500

/**
 * All matching attempts, newest first, a page at a time. Each page is read on demand, in its own
 * transaction. Ends early, without an error, when `signal` aborts.
 */
export async function* streamAttempts(
  db: Database,
  filter: AttemptFilter,
  signal: AbortSignal,
  pageSize = PAGE_SIZE,
): AsyncGenerator<Attempt[]> {
  let after: AttemptPosition | undefined
  while (!signal.aborted) {
    const { attempts, next } = await listAttempts(db, filter, pageSize, after, 'all')
    if (attempts.length > 0) yield attempts
    if (!next) return
    after = next
  }
}
