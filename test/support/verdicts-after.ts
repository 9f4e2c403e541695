import { sql } from 'drizzle-orm'
import type { Verdicts } from '../../src/core/scan/rules.ts'
import type { Database } from '../../src/db/client/connect.ts'
import { evaluateRules, type VerdictRow } from '../../src/db/rules/verdicts.ts'
import { rules } from './service-parts.ts'

/**
 * The time columns that the rules read, and the column with the user's id. The times are moved back,
 * because the clock cannot be moved.
 */
const TIMES = [
  ['notifications', 'created_at', 'user_id'],
  ['notification_emails_sent', 'sent_at', 'user_id'],
  ['tidings.recipients', 'carried_until', 'user_id'],
  ['tidings.recipients', 'resting_until', 'user_id'],
  ['tidings.preferences', 'paused_until', 'user_id'],
] as const

/** Evaluates the rules as of a time ahead, different for each user; changes nothing. */
export async function verdictsAfter(
  db: Database,
  waits: { userId: string; seconds: number }[],
  figures = rules,
): Promise<Map<string, Verdicts>> {
  const verdicts = new Map<string, Verdicts>()
  const rollback = new Error('roll back')
  await db
    .transaction(async tx => {
      await tx.execute(sql`
        create temporary table wait on commit drop as
        select "userId" as user_id, make_interval(secs => seconds) as length
        from jsonb_to_recordset(${JSON.stringify(waits)}::jsonb) as w("userId" uuid, seconds float8)`)
      for (const [table, column, userId] of TIMES) {
        await tx.execute(sql`
          update ${sql.raw(table)} t set ${sql.raw(column)} = ${sql.raw(column)} - w.length
          from wait w where w.user_id = t.${sql.raw(userId)}`)
      }
      const rows = await tx.execute<VerdictRow>(
        evaluateRules(sql`select user_id from wait`, figures),
      )
      for (const row of rows) {
        const { user_id: userId, new_verdict, reminder_verdict } = row
        verdicts.set(userId, {
          userId,
          newNotifications: new_verdict,
          outstandingReminder: reminder_verdict,
        })
      }
      throw rollback
    })
    .catch(error => {
      if (error !== rollback) throw error
    })
  return verdicts
}
