import { sql } from 'drizzle-orm'
import type { Verdict } from '../../src/core/scan/rules.ts'
import type { Database } from '../../src/db/client/connect.ts'
import { inSnapshot } from '../../src/db/client/in-transaction.ts'
import { evaluateRules, type VerdictRow } from '../../src/db/rules/verdicts.ts'
import { notificationEmailsSent, recipients } from '../../src/db/schema.ts'
import { rules } from './service-parts.ts'

const SECOND = 1 / 86_400
/** Allows for a slow machine between writing a time and evaluating it. */
const MARGIN = 60 * SECOND
export const justUnder = (days: number) => days - MARGIN
export const justOver = (days: number) => days + MARGIN

/** The verdicts for one user: `[new_notifications, outstanding_reminder]`. */
export async function evaluate(
  db: Database,
  userId: string,
  ruleSet = rules,
): Promise<[Verdict, Verdict]> {
  const [row] = await inSnapshot(db, tx =>
    tx.execute<VerdictRow>(evaluateRules(sql`select ${userId}::uuid as user_id`, ruleSet)),
  )
  if (!row) throw new Error('no verdict')
  return [row.new_verdict, row.reminder_verdict]
}

/** Adds an email that the host or the service has sent. */
export async function addEmail(
  db: Database,
  userId: string,
  fields: Partial<typeof notificationEmailsSent.$inferInsert> & { days: number },
): Promise<void> {
  const { days, ...columns } = fields
  await db.insert(notificationEmailsSent).values({
    userId,
    emailType: 'new_notifications',
    sentAt: new Date(Date.now() - days * 86_400_000),
    ...columns,
  })
}

/** Marks everything up to that age as carried, as adoption does. */
export async function carryUntil(db: Database, userId: string, days: number): Promise<void> {
  const carriedUntil = new Date(Date.now() - days * 86_400_000)
  await db.insert(recipients).values({ userId, carriedUntil })
}
