import type { Stats } from './audit/audit.ts'
import type { Reputation } from './send/reputation-limits.ts'

/** What waits to be sent now. */
export interface Waiting {
  /** Requests that no worker has begun, and the users in them. */
  planned: { batches: number; users: number; since: Date | null }
  /** Requests that have left or will be retried, and the emails in them. */
  begun: { batches: number; emails: number }
}

/** What has happened in the last hours, and what waits. */
export interface Activity {
  /** By hour. */
  stats: Stats
  waiting: Waiting
  /** As the limits count it. */
  reputation: Reputation
}
