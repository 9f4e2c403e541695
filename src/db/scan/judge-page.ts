import { type SQL, sql } from 'drizzle-orm'
import type { Rules, Verdicts, VerdictsOfMany } from '../../core/scan/rules.ts'
import type { Transaction } from '../connect.ts'
import type { Shadow } from '../rules/conditions.ts'
import { judge, peopleOf, type VerdictRow, type Whom } from '../rules/verdicts.ts'

export interface JudgedPage {
  /** In the order of their ids. */
  due: Verdicts[]
  others: VerdictsOfMany[]
  /** How many were judged. */
  people: number
  /** The last of them; null where there was nobody. */
  last: string | null
}

type Row = Pick<VerdictRow, 'new_verdict' | 'reminder_verdict'> & {
  /** Null: not due for anything, and counted with all who have the same verdicts. */
  user_id: string | null
  people: number
  last: string
}

/** Judges people and names those who are due; of the others it matters only how many there are. */
export async function judgePage(
  tx: Transaction,
  whom: Whom,
  rules: Rules,
  shadow?: Shadow,
): Promise<JudgedPage> {
  const rows = await tx.execute<Row>(countVerdicts(whom, rules, shadow))
  const page: JudgedPage = { due: [], others: [], people: 0, last: rows[0]?.last ?? null }
  for (const row of rows) {
    const { user_id: userId, new_verdict, reminder_verdict, people } = row
    const verdicts = { newNotifications: new_verdict, outstandingReminder: reminder_verdict }
    if (userId) page.due.push({ userId, ...verdicts })
    else page.others.push({ people, ...verdicts })
    page.people += people
  }
  page.due.sort((a, b) => (a.userId < b.userId ? -1 : 1))
  return page
}

/** A row for each person who is due, and one for all others with the same verdicts. */
export function countVerdicts(whom: Whom, rules: Rules, shadow?: Shadow): SQL {
  return sql`
    with ${peopleOf(whom, rules)}
    select case when 'due' in (new_verdict, reminder_verdict) then user_id end as user_id,
      new_verdict, reminder_verdict, count(*)::int as people,
      (select user_id from people order by user_id desc limit 1) as last
    from (${judge(rules, shadow)}) v group by 1, 2, 3`
}
