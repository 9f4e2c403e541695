import { type SQL, sql } from 'drizzle-orm'
import { type EmailType, emailTypes } from '../../core/email-type.ts'
import type { Rules, Verdict } from '../../core/scan/rules.ts'
import { type Comparison, type ComparisonSide, sides } from '../../core/shadow/comparison.ts'
import { explainDifference } from '../../core/shadow/explain-difference.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inSnapshot } from '../client/in-transaction.ts'
import { fromUtc } from '../rules/utc.ts'
import { evaluateRules, type VerdictRow } from '../rules/verdicts.ts'
import { runs } from '../schema.ts'
import { differencesIn } from './differences.ts'
import { findShadow } from './find-shadow.ts'

export interface CompareOptions {
  from: Date
  to: Date
  rules: Rules
  /** How many users of each type and side to list; null: all. */
  limit: number | null
}

type Row = {
  user_id: string
  email_type: EmailType
  side: ComparisonSide
  people: number
  old_emails: number
  our_emails: number
  name: string | null
  other_type: boolean
  obstacle: Verdict | null
  unread: boolean
  last_old: string | null
}

/** How many users one query evaluates. */
const USERS_PER_QUERY = 2_000

/**
 * Compares what other mailers have sent with what shadow runs have planned, in one snapshot. A user
 * counts once per type, however many emails there were.
 */
export function compareShadow(db: Database, options: CompareOptions): Promise<Comparison> {
  const { from, to, rules, limit } = options
  return inSnapshot(db, async tx => {
    const [count] = await tx.execute<{ runs: number }>(sql`
      select count(*)::int as runs from ${runs} where shadow
        and created_at >= ${from.toISOString()}::timestamptz
        and created_at < ${to.toISOString()}::timestamptz`)
    const rows = await tx.execute<Row>(differencesIn(from, to, limit))
    const missed = rows.filter(row => row.side === 'onlyOld' && !row.obstacle)
    const verdicts = await evaluate(tx, [...new Set(missed.map(row => row.user_id))], rules)
    const types = Object.fromEntries(
      emailTypes.map(type => [
        type,
        Object.fromEntries(sides.map(side => [side, { count: 0, people: [] }])),
      ]),
    ) as unknown as Comparison['types']
    for (const row of rows) {
      const group = types[row.email_type][row.side]
      group.count = row.people
      const difference = {
        side: row.side,
        emailType: row.email_type,
        otherType: row.other_type,
        obstacle: row.obstacle,
        verdict: verdicts.get(row.user_id)?.[row.email_type] ?? null,
        unread: row.unread,
        lastOld: row.last_old === null ? null : fromUtc(row.last_old),
      }
      group.people.push({
        userId: row.user_id,
        name: row.name,
        oldEmails: row.old_emails,
        tidingsEmails: row.our_emails,
        why: explainDifference(difference, to),
      })
    }
    return { from, to, shadowRuns: count?.runs ?? 0, types }
  })
}

/** The verdicts of a shadow run on these users now. */
async function evaluate(
  tx: Transaction,
  userIds: string[],
  rules: Rules,
): Promise<Map<string, Record<EmailType, Verdict>>> {
  const shadow = await findShadow(tx)
  const verdicts = new Map<string, Record<EmailType, Verdict>>()
  for (let at = 0; at < userIds.length; at += USERS_PER_QUERY) {
    const some = userIds.slice(at, at + USERS_PER_QUERY)
    const candidates: SQL = sql`select unnest(${sql.param(some)}::uuid[]) as user_id`
    for (const row of await tx.execute<VerdictRow>(evaluateRules(candidates, rules, shadow))) {
      verdicts.set(row.user_id, {
        new_notifications: row.new_verdict,
        outstanding_reminder: row.reminder_verdict,
      })
    }
  }
  return verdicts
}
