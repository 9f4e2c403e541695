import { type SQL, sql } from 'drizzle-orm'
import type { Rules } from '../../core/scan/rules.ts'

/** How long the record is kept, in days, and the rules that may need some of it for longer. */
export interface RetentionPolicy {
  retentionDays: number
  rules: Rules
}

/** Whether a run ended before that; an idempotency key is of use for a day, so for less. */
export function isOver(retentionDays: number): SQL {
  const since = sql`now() - make_interval(days => ${retentionDays}::int)`
  // The first is for the index.
  return sql`created_at < ${since} and status in ('completed', 'failed') and finished_at < ${since}`
}
