import { type SQL, sql } from 'drizzle-orm'
import type { Rules } from '../../core/scan/rules.ts'
import type { EvaluatedPage } from '../../core/scan/scan-store.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction, preferIndexScans } from '../client/in-transaction.ts'
import type { Shadow } from '../rules/conditions.ts'
import { type Candidates, evaluateRules, type Range, type VerdictRow } from '../rules/verdicts.ts'
import { findPageEnd, usersAfter } from './find-page-end.ts'
import type { ScanPosition } from './scanned-run.ts'

type Row = Pick<VerdictRow, 'new_verdict' | 'reminder_verdict'> & {
  people: number
  /** Null: users with these verdicts are not due for anything. */
  due: string[] | null
}

/** Evaluates the rules for the next page in a read-only transaction that takes no row locks. */
export function evaluateNextPage(
  db: Database,
  position: ScanPosition,
  { rules, pageSize }: { rules: Rules; pageSize: number },
  onEnd: (through: string | null) => void,
): Promise<EvaluatedPage> {
  const work = async (tx: Transaction) => {
    const through = await findPageEnd(tx, position, pageSize)
    onEnd(through)
    return evaluatePage(tx, position, through, rules)
  }
  return inTransaction(db, work, undefined, preferIndexScans)
}

/**
 * Evaluates users up to and including `through`: names the due ones, counts the others by verdict.
 */
export async function evaluatePage(
  tx: Transaction,
  { cursor, userIds }: ScanPosition,
  through: string | null,
  rules: Rules,
  shadow?: Shadow,
): Promise<EvaluatedPage> {
  const range = { after: cursor, through }
  const rows = await tx.execute<Row>(
    countVerdicts(userIds ? listedUsers(userIds, range) : range, rules, shadow),
  )
  const page: EvaluatedPage = { ...range, due: [], others: [] }
  for (const { due, people, new_verdict, reminder_verdict } of rows) {
    const verdicts = { newNotifications: new_verdict, outstandingReminder: reminder_verdict }
    if (due) page.due.push(...due.map(userId => ({ userId, ...verdicts })))
    else page.others.push({ people, ...verdicts })
  }
  page.due.sort((a, b) => (a.userId < b.userId ? -1 : 1))
  return page
}

function listedUsers(userIds: string[], { after, through }: Range): SQL {
  const ids = usersAfter(userIds, after).filter(id => !through || id <= through)
  return sql`select unnest(${sql.param(ids)}::uuid[]) as user_id`
}

/** One row per combination of verdicts, with the ids of its users if they are due. */
export function countVerdicts(candidates: Candidates, rules: Rules, shadow?: Shadow): SQL {
  return sql`
    select new_verdict, reminder_verdict, count(*)::int as people,
      array_agg(user_id) filter (where 'due' in (new_verdict, reminder_verdict)) as due
    from (${evaluateRules(candidates, rules, shadow)}) v group by 1, 2`
}
