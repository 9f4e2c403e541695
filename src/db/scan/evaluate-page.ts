import { type SQL, sql } from 'drizzle-orm'
import type { Rules } from '../../core/scan/rules.ts'
import type { EvaluatedPage } from '../../core/scan/scan-store.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction, preferIndexScans } from '../client/in-transaction.ts'
import { isCausedByData } from '../client/is-caused-by-data.ts'
import { isUnread, type Shadow } from '../rules/conditions.ts'
import {
  type Candidates,
  evaluateRules,
  isWithin,
  type Range,
  type VerdictRow,
} from '../rules/verdicts.ts'
import { notifications } from '../schema.ts'
import { evaluateInParts } from './evaluate-in-parts.ts'
import { findPageEnd, usersAfter } from './find-page-end.ts'
import type { ScanPosition } from './scanned-run.ts'

type Row = Pick<VerdictRow, 'new_verdict' | 'reminder_verdict'> & {
  people: number
  /** Null: users with these verdicts are not due for anything. */
  due: string[] | null
  /** ISO 8601. */
  held_until: string | null
}

/**
 * Evaluates the rules for the next page in a read-only transaction that takes no row locks. If one
 * user's data makes that fail, that user alone is left out.
 */
export function evaluateNextPage(
  db: Database,
  position: ScanPosition,
  { rules, pageSize }: { rules: Rules; pageSize: number },
  onEnd: (through: string | null) => void,
): Promise<EvaluatedPage> {
  let through: string | null | undefined
  const work = async (tx: Transaction) => {
    through = await findPageEnd(tx, position, pageSize)
    onEnd(through)
    return evaluatePage(tx, position, through, rules)
  }
  return inTransaction(db, work, undefined, preferIndexScans).catch(async error => {
    if (through === undefined || !isCausedByData(error)) throw error
    const range = { after: position.cursor, through }
    const userIds = await listUsers(db, position, range)
    const evaluate = (ids: string[]) =>
      inTransaction(
        db,
        tx => evaluatePage(tx, { cursor: null, userIds: ids }, null, rules),
        undefined,
        preferIndexScans,
      )
    return { ...range, ...(await evaluateInParts(userIds, evaluate)) }
  })
}

/** The users of a page. */
async function listUsers(db: Database, { userIds }: ScanPosition, range: Range): Promise<string[]> {
  if (userIds) return usersWithin(userIds, range)
  const rows = await db.execute<{ user_id: string }>(sql`
    select distinct n.user_id from ${notifications} n
    where ${isUnread} and ${isWithin(range)} order by n.user_id`)
  return rows.map(row => row.user_id)
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
  for (const { due, people, new_verdict, reminder_verdict, held_until } of rows) {
    const verdicts = { newNotifications: new_verdict, outstandingReminder: reminder_verdict }
    if (due) page.due.push(...due.map(userId => ({ userId, ...verdicts })))
    else {
      const heldUntil = held_until === null ? undefined : new Date(held_until)
      page.others.push({ people, ...verdicts, heldUntil })
    }
  }
  page.due.sort((a, b) => (a.userId < b.userId ? -1 : 1))
  return page
}

function listedUsers(userIds: string[], range: Range): SQL {
  return sql`select unnest(${sql.param(usersWithin(userIds, range))}::uuid[]) as user_id`
}

function usersWithin(userIds: string[], { after, through }: Range): string[] {
  return usersAfter(userIds, after).filter(id => !through || id <= through)
}

/** One row per combination of verdicts, with the ids of its users if they are due. */
export function countVerdicts(candidates: Candidates, rules: Rules, shadow?: Shadow): SQL {
  return sql`
    select new_verdict, reminder_verdict, count(*)::int as people,
      to_jsonb(min(held_until)) #>> '{}' as held_until,
      array_agg(user_id) filter (where 'due' in (new_verdict, reminder_verdict)) as due
    from (${evaluateRules(candidates, rules, shadow)}) v group by 1, 2`
}
