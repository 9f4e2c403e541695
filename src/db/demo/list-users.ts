import { sql } from 'drizzle-orm'
import type { Rules, Verdict } from '../../core/scan/rules.ts'
import type { Database } from '../client/connect.ts'
import { inSnapshot } from '../client/in-transaction.ts'
import { isUnread } from '../rules/conditions.ts'
import { displayName } from '../rules/display-name.ts'
import { evaluateRules, type VerdictRow } from '../rules/verdicts.ts'
import { deliveries, notifications, users } from '../schema.ts'

/** A demo user, and the verdicts of the rules now. */
export interface DemoUserVerdicts {
  name: string
  newNotifications: Verdict
  outstandingReminder: Verdict
  hasUnread: boolean
  /** Whether an email of Tidings to this user was accepted. */
  isMailed: boolean
}

interface Row extends VerdictRow {
  has_unread: boolean
  is_mailed: boolean
}

/** All users, even those without unread notifications, which no run evaluates. */
export async function listDemoUsers(db: Database, rules: Rules): Promise<DemoUserVerdicts[]> {
  const allUsers = sql`select userid as user_id from ${users} order by 1`
  // The rules return the name only of users with something to send.
  const rows = await inSnapshot(db, tx =>
    tx.execute<Row>(sql`
      select v.*, ${displayName} as name,
        exists (select from ${notifications} n where n.user_id = v.user_id and ${isUnread})
          as has_unread,
        exists (select from ${deliveries} d where d.user_id = v.user_id and d.state = 'accepted')
          as is_mailed
      from (${evaluateRules(allUsers, rules)}) v join ${users} u on u.userid = v.user_id
      order by v.user_id`),
  )
  return rows.map(row => ({
    name: row.name,
    newNotifications: row.new_verdict,
    outstandingReminder: row.reminder_verdict,
    hasUnread: row.has_unread,
    isMailed: row.is_mailed,
  }))
}
