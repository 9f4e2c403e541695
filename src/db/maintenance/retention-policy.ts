import { type SQL, sql } from 'drizzle-orm'
import type { Rules } from '../../core/scan/rules.ts'

/** How many days attempts are kept, and the rules that may need some for longer. */
export interface RetentionPolicy {
  retentionDays: number
  rules: Rules
}

/** Whether a run ended that long ago. Its idempotency key is needed for only a day. */
export function isOver(retentionDays: number): SQL {
  const since = sql`now() - make_interval(days => ${retentionDays}::int)`
  // The first condition lets the index serve the query.
  return sql`created_at < ${since} and status in ('completed', 'failed') and finished_at < ${since}`
}
