import type { Audit } from '../../core/audit/audit.ts'
import type { Database } from '../client/connect.ts'
import { findAttempt } from './find-attempt.ts'
import { listAttempts } from './list-attempts.ts'
import { readStats } from './stats.ts'
import { streamAttempts } from './stream-attempts.ts'

export function createAuditStore(db: Database): Audit {
  return {
    list: (filter, limit, after) => listAttempts(db, filter, limit, after),
    find: (id, range) => findAttempt(db, id, range),
    stats: request => readStats(db, request),
    stream: (filter, signal) => streamAttempts(db, filter, signal),
  }
}
