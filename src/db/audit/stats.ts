import { sql } from 'drizzle-orm'
import { noFacts, type Stats, type StatsRequest, type StatsRow } from '../../core/audit/audit.ts'
import { errorCode, outcomeOf } from '../../core/audit/outcome.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { fromUtc } from '../rules/utc.ts'
import { attempts, deliveries, notificationEmailsSent } from '../schema.ts'
import { codeOf, inUtc } from './attempt-conditions.ts'

/**
 * Counts the attempts in a period, and the emails that they decide. The cost grows with the attempts in it, not with the table
 * (docs/decisions/audit-indexes.md).
 */
export function readStats(db: Database, request: StatsRequest): Promise<Stats> {
  return inTransaction(db, async tx => {
    // A bitmap scan reads each page once and takes half the time, though the planner expects
    // otherwise: rows of one time are in random order in the index. Ends with the transaction.
    await tx.execute(sql`select set_config('enable_indexscan', 'off', true)`)
    const counted = await countAttempts(tx, request)
    return {
      ...request,
      rows: toRows(counted, await countProgress(tx, request)),
      errors: await groupErrors(tx, counted),
      latency: await readLatency(tx, request),
    }
  })
}

/** Attempts of one hour or day, one type and one kind of error. */
type Counted = {
  /** Start of the hour or day, in UTC without a zone. */
  at: string
  type: string
  success: boolean
  /** The start of the error line: a code, or any text. */
  start: string | null
  attempts: number
  /** Those that decide an email's outcome. */
  emails: number
  latest: string
}

/**
 * Whether attempt `e` decides the outcome of its email: it was accepted, or no later attempt exists and
 * nothing else has settled the email. Rows of other mailers always do. Only failures need the lookup.
 */
const decides = sql`(e.success or not exists (
  select from ${attempts} a join ${deliveries} d on d.id = a.delivery_id
  where a.email_id = e.id and (d.state in ('accepted', 'released') or exists (
    select from ${attempts} later where later.delivery_id = a.delivery_id and later.number > a.number))
  offset 0))`

/** Reads the rows once and groups them coarsely; the sums are made in TypeScript. */
function countAttempts(tx: Transaction, { from, to, by }: StatsRequest): Promise<Counted[]> {
  return tx.execute<Counted>(sql`
    select to_jsonb(at) as at, type, success, start, attempts, emails, to_jsonb(latest) as latest
    from (
      select date_trunc(${by}, e.sent_at) as at, coalesce(e.email_type::text, '') as type, e.success,
        case when not e.success then ${codeOf} end as start,
        count(*)::int as attempts, (count(*) filter (where ${decides}))::int as emails,
        max(e.sent_at) as latest
      from ${notificationEmailsSent} e
      where e.sent_at >= ${inUtc(from)} and e.sent_at < ${inUtc(to)}
      group by 1, 2, 3, 4
    ) counted`)
}

type Progressed = Pick<Counted, 'at' | 'type'> & { progress: string; count: number }

function countProgress(tx: Transaction, request: StatsRequest): Promise<Progressed[]> {
  return tx.execute<Progressed>(sql`
    select to_jsonb(at) as at, type, progress, count
    from (
      select date_trunc(${request.by}, d.closed_at at time zone 'utc') as at,
        d.email_type as type, d.progress, count(*)::int as count
      from ${deliveries} d
      where ${acceptedIn(request)} and d.progress in ('delivered', 'bounced', 'complained')
      group by 1, 2, 3
    ) counted`)
}

async function readLatency(tx: Transaction, request: StatsRequest): Promise<Stats['latency']> {
  const [row] = await tx.execute<{ seconds: number[] | null }>(sql`
    select percentile_cont(array[0.5, 0.9, 0.99]) within group (
      order by extract(epoch from d.closed_at - d.oldest_at)::float8
    ) as seconds
    from ${deliveries} d
    where ${acceptedIn(request)} and d.email_type = 'new_notifications' and d.oldest_at is not null`)
  const [p50, p90, p99] = (row?.seconds ?? []).map(seconds => Math.round(seconds * 1000) / 1000)
  return p50 === undefined || p90 === undefined || p99 === undefined ? null : { p50, p90, p99 }
}

const acceptedIn = ({ from, to }: StatsRequest) => sql`d.state = 'accepted'
  and d.closed_at >= ${from.toISOString()}::timestamptz and d.closed_at < ${to.toISOString()}::timestamptz`

/** A time between `from` and `to`, which are valid. */
const timeOf = (text: string) => fromUtc(text) as Date

/** One row per type and hour or day with any count, oldest first. */
function toRows(counted: Counted[], progressed: Progressed[]): StatsRow[] {
  const rows = new Map<string, StatsRow>()
  const rowOf = ({ at, type }: Pick<Counted, 'at' | 'type'>): StatsRow => {
    const key = `${at} ${type}`
    const row = rows.get(key) ?? { at: timeOf(at), type, ...noFacts }
    rows.set(key, row)
    return row
  }
  for (const one of counted) {
    const row = rowOf(one)
    row.attempts += one.attempts
    row[outcomeOf(one.success, errorCode(one.start))] += one.emails
  }
  for (const one of progressed) rowOf(one)[one.progress as keyof typeof noFacts] += one.count
  return [...rows.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row)
}

/** The error codes of attempts that failed or are unknown, with the newest message of each. */
async function groupErrors(tx: Transaction, counted: Counted[]): Promise<Stats['errors']> {
  const groups = new Map<string, { attempts: number; count: number; newest: Counted }>()
  for (const one of counted) {
    const code = errorCode(one.start)
    if (one.success || code === 'pending') continue
    const { attempts, count, newest } = groups.get(code ?? OTHER) ?? {
      ...{ attempts: 0, count: 0 },
      newest: one,
    }
    groups.set(code ?? OTHER, {
      attempts: attempts + one.attempts,
      count: count + one.emails,
      newest: newest.latest > one.latest ? newest : one,
    })
  }
  const wanted = [...groups].map(([code, { newest }]) => ({ code, ...newest }))
  const examples = await tx.execute<{ code: string; example: string }>(sql`
    select w.code, newest.example
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
      as w(code text, start text, latest timestamp)
    cross join lateral (
      select coalesce(e.error_message, '') as example from ${notificationEmailsSent} e
      where e.sent_at = w.latest and not e.success and ${codeOf} is not distinct from w.start
      order by e.id limit 1
    ) newest`)
  const exampleOf = new Map(examples.map(row => [row.code, row.example]))
  return [...groups]
    .map(([code, { attempts, count, newest }]) => ({
      code,
      attempts,
      count,
      latest: timeOf(newest.latest),
      example: exampleOf.get(code) ?? '',
    }))
    .sort((one, other) => other.attempts - one.attempts || (one.code < other.code ? -1 : 1))
}

/** Stands for errors without a code. */
const OTHER = 'other'
