import { type SQL, sql } from 'drizzle-orm'
import type { Rules, Verdicts, VerdictsOfMany } from '../../core/scan/rules.ts'
import type { Database, Transaction } from '../connect.ts'
import { byIndex, inTransaction } from '../in-transaction.ts'
import type { Shadow } from '../rules/conditions.ts'
import { type Candidates, evaluateRules, type Range, type VerdictRow } from '../rules/verdicts.ts'
import { findPageEnd, type Stand, usersAfter } from './find-page-end.ts'

export interface JudgedPage extends Range {
  /** In the order of their ids. */
  due: Verdicts[]
  others: VerdictsOfMany[]
}

type Row = Pick<VerdictRow, 'new_verdict' | 'reminder_verdict'> & {
  people: number
  /** Null: nobody with these verdicts is due for anything. */
  due: string[] | null
}

/**
 * Judges the page after a run's cursor, in a transaction that only reads, and locks nothing.
 *
 * @param endsWith is told whom the page ends with (null: no page is after it) before it is judged
 */
export function judgeNextPage(
  db: Database,
  stand: Stand,
  { rules, pageSize }: { rules: Rules; pageSize: number },
  endsWith: (last: string | null) => void,
): Promise<JudgedPage> {
  const work = async (tx: Transaction) => {
    const through = await findPageEnd(tx, stand, pageSize)
    endsWith(through)
    return judgePage(tx, stand, through, rules)
  }
  return inTransaction(db, work, undefined, byIndex)
}

/** Judges the people up to one, and names those who are due; of the others it matters how many there are. */
export async function judgePage(
  tx: Transaction,
  { cursor, userIds }: Stand,
  through: string | null,
  rules: Rules,
  shadow?: Shadow,
): Promise<JudgedPage> {
  const range = { after: cursor, through }
  const rows = await tx.execute<Row>(
    countVerdicts(userIds ? these(userIds, range) : range, rules, shadow),
  )
  const page: JudgedPage = { ...range, due: [], others: [] }
  for (const { due, people, new_verdict, reminder_verdict } of rows) {
    const verdicts = { newNotifications: new_verdict, outstandingReminder: reminder_verdict }
    if (due) page.due.push(...due.map(userId => ({ userId, ...verdicts })))
    else page.others.push({ people, ...verdicts })
  }
  page.due.sort((a, b) => (a.userId < b.userId ? -1 : 1))
  return page
}

function these(userIds: string[], { after, through }: Range): SQL {
  const ids = usersAfter(userIds, after).filter(id => !through || id <= through)
  return sql`select unnest(${sql.param(ids)}::uuid[]) as user_id`
}

/** A row for all people with the same verdicts, with their ids if they are due. */
export function countVerdicts(whom: Candidates, rules: Rules, shadow?: Shadow): SQL {
  return sql`
    select new_verdict, reminder_verdict, count(*)::int as people,
      array_agg(user_id) filter (where 'due' in (new_verdict, reminder_verdict)) as due
    from (${evaluateRules(whom, rules, shadow)}) v group by 1, 2`
}
