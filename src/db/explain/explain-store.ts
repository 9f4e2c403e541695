import { sql } from 'drizzle-orm'
import { type EmailType, emailTypes } from '../../core/email-type.ts'
import { explainFacts } from '../../core/explain/explain-facts.ts'
import type { Explain } from '../../core/explain/explanation.ts'
import type { Rules, Verdict } from '../../core/scan/rules.ts'
import { readContents } from '../claim/read-contents.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inSnapshot } from '../client/in-transaction.ts'
import { listUnrecorded } from '../record/list-unrecorded.ts'
import { evaluateRules, type VerdictRow } from '../rules/verdicts.ts'
import { readEligibilityFacts } from './read-eligibility-facts.ts'

/** The newest are enough to show what is wrong. */
const UNRECORDED = 5

/** Explains with the queries of the scan itself and with facts from the same snapshot. */
export function createExplainStore(db: Database, rules: Rules): Explain {
  return {
    explain: async userId => {
      const facts = await inSnapshot(db, async tx => {
        const user = await readEligibilityFacts(tx, userId.toLowerCase(), rules)
        if (!user) return null
        const verdicts = await evaluate(tx, userId, rules)
        const notificationIds: Record<EmailType, string[]> = {
          new_notifications: [],
          outstanding_reminder: [],
        }
        for (const type of emailTypes.filter(of => verdicts[of] === 'due')) {
          const [contents] = await readContents(tx, type, [user], rules)
          notificationIds[type] = contents?.notificationIds ?? []
        }
        const unrecorded = await listUnrecorded(tx, { userId, limit: UNRECORDED })
        return { ...user, verdicts, notificationIds, unrecorded }
      })
      return facts && explainFacts(facts, rules)
    },
  }
}

async function evaluate(
  tx: Transaction,
  userId: string,
  rules: Rules,
): Promise<Record<EmailType, Verdict>> {
  const [row] = await tx.execute<VerdictRow>(
    evaluateRules(sql`select ${userId}::uuid as user_id`, rules),
  )
  if (!row) throw new Error('the rules gave no verdict')
  return { new_notifications: row.new_verdict, outstanding_reminder: row.reminder_verdict }
}
