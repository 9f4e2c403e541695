import { sql } from 'drizzle-orm'
import type { DueUser } from '../../core/claim/build-batch-request.ts'
import type { EmailType } from '../../core/email-type.ts'
import type { Rules, Verdict } from '../../core/scan/rules.ts'
import { readContents } from '../claim/read-contents.ts'
import type { Database } from '../client/connect.ts'
import { inSnapshot } from '../client/in-transaction.ts'
import { evaluateRules, type VerdictRow } from '../rules/verdicts.ts'

/**
 * What an email of this type would contain for one user now, or why there would be none. Verdict
 * and contents come from one snapshot; nothing is locked or written.
 */
export function evaluateUser(
  db: Database,
  userId: string,
  emailType: EmailType,
  { rules, localeColumn }: { rules: Rules; localeColumn: string | undefined },
): Promise<{ due: DueUser } | { notDue: Exclude<Verdict, 'due'> }> {
  return inSnapshot(db, async tx => {
    const candidate = sql`select ${userId}::uuid as user_id`
    const [row] = await tx.execute<VerdictRow>(evaluateRules(candidate, rules))
    if (!row) return { notDue: 'unknown_user' as const }
    const isReminder = emailType === 'outstanding_reminder'
    const verdict = isReminder ? row.reminder_verdict : row.new_verdict
    if (verdict !== 'due') return { notDue: verdict }
    const dueUsers = [{ userId: row.user_id, address: row.address, name: row.name }]
    const [due] = await readContents(tx, emailType, dueUsers, rules, localeColumn)
    if (due) return { due }
    throw new Error(`${userId} is due for ${emailType}, but has no notification for it`)
  })
}
