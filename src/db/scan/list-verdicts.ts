import { sql } from 'drizzle-orm'
import type { Rules, Verdict } from '../../core/scan/rules.ts'
import type { Database } from '../connect.ts'
import { isUnread, type VerdictRow, verdictsOf } from '../rules/verdicts.ts'
import { notifications } from '../schema.ts'

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
  const rows = await db.execute<VerdictRow>(verdictsOf(candidates, rules))
  return rows.map(row => ({
    name: row.name,
    newNotifications: row.new_verdict,
    outstandingReminder: row.reminder_verdict,
  }))
}
