import { sql } from 'drizzle-orm'
import type { Rules, Verdict } from '../../core/scan/rules.ts'
import type { Database } from '../connect.ts'
import { inSnapshot } from '../in-transaction.ts'
import { displayName } from '../people/display-name.ts'
import { isUnread } from '../rules/conditions.ts'
import { evaluateRules, type VerdictRow } from '../rules/verdicts.ts'
import { notifications, users } from '../schema.ts'

export interface NamedVerdicts {
  name: string
  newNotifications: Verdict
  outstandingReminder: Verdict
}

/** What the rules say at this moment of everybody with something unread, `limit` people at most. */
export async function listVerdicts(
  db: Database,
  rules: Rules,
  limit: number,
): Promise<NamedVerdicts[]> {
  const candidates = sql`
    select distinct n.user_id from ${notifications} n where ${isUnread} order by 1 limit ${limit}`
  // The rules ask for the name only of people who would be mailed.
  const rows = await inSnapshot(db, tx =>
    tx.execute<VerdictRow>(sql`
      select v.*, ${displayName} as name
      from (${evaluateRules(candidates, rules)}) v join ${users} u on u.userid = v.user_id
      order by v.user_id`),
  )
  return rows.map(row => ({
    name: row.name,
    newNotifications: row.new_verdict,
    outstandingReminder: row.reminder_verdict,
  }))
}
