import { sql } from 'drizzle-orm'
import { type EmailType, emailTypes } from '../../core/email-type.ts'
import { rootMessage } from '../../core/errors/root-message.ts'
import { explainFacts } from '../../core/explain/explain-facts.ts'
import type { Explain, Explanation, TypeExplanation } from '../../core/explain/explanation.ts'
import type { Rules, Verdict } from '../../core/scan/rules.ts'
import { readContents } from '../claim/read-contents.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inSnapshot } from '../client/in-transaction.ts'
import { isCausedByData } from '../client/is-caused-by-data.ts'
import { listUnrecorded } from '../record/list-unrecorded.ts'
import { evaluateRules, type VerdictRow } from '../rules/verdicts.ts'
import { readEligibilityFacts } from './read-eligibility-facts.ts'

/** The newest are enough to show what is wrong. */
const UNRECORDED = 5

/** Explains with the queries of the scan itself and with facts from the same snapshot. */
export function createExplainStore(db: Database, rules: Rules): Explain {
  return {
    explain: userId =>
      explain(userId).catch(error => {
        if (!isCausedByData(error)) throw error
        return unreadable(userId, rootMessage(error))
      }),
  }

  async function explain(userId: string): Promise<Explanation | null> {
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
  }
}

/** The scan counts this user as `unreadable`; the claim is not reached. */
function unreadable(userId: string, error: string): Explanation {
  const type: TypeExplanation = {
    due: false,
    verdict: 'unreadable',
    rules: [
      { rule: 'readable', holds: false, text: `the data of this user cannot be read: ${error}` },
    ],
    notificationIds: [],
    possibleFrom: null,
  }
  const types = { new_notifications: type, outstanding_reminder: type }
  return { userId, name: userId, at: new Date(), types, unrecorded: [] }
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
