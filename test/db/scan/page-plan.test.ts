import { type SQL, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { inTransaction, preferIndexScans } from '../../../src/db/client/in-transaction.ts'
import { evaluateRules } from '../../../src/db/rules/verdicts.ts'
import { countVerdicts } from '../../../src/db/scan/evaluate-page.ts'
import { pageEnd } from '../../../src/db/scan/find-page-end.ts'
import { fillHost } from '../../bench/host.ts'
import { createDatabase } from '../../support/database.ts'
import { rules } from '../../support/service-parts.ts'

const USERS = 5_000
const PAGE = 100
/** The unread notifications of that many users. */
const UNREAD = 2 * PAGE
/** A user has ten notifications; reading the whole table would be fifty times as much. */
const ROWS_EACH = 15

/** The plan must not depend on PostgreSQL's statistics. */
const statistics: [string, (db: Database) => Promise<void>][] = [
  [
    'are up to date',
    async db => {
      await fill(db, USERS)
      await db.execute('analyze')
    },
  ],
  ['do not exist', db => fill(db, USERS)],
  [
    'are from one user',
    async db => {
      await fill(db, 1)
      await db.execute('analyze')
      await fill(db, USERS, 2)
    },
  ],
]

test.each(statistics)(
  'a page reads only rows of its own users if statistics %s',
  async (_, prepare) => {
    const { db } = await createDatabase()
    await disableAutovacuum(db)
    await prepare(db)

    const after = '80000000-0000-4000-8000-000000000000'
    const end = pageEnd(after, UNREAD)
    expect(tooManyRows(await rowsRead(db, end))).toEqual([])
    const [last] = await db.execute<{ user_id: string }>(end)
    const page = await rowsRead(db, countVerdicts({ after, through: last?.user_id ?? '' }, rules))
    expect(page.get('notifications')).toBeGreaterThan(PAGE)
    expect(page.get('recipients')).toBeGreaterThanOrEqual(PAGE)
    expect(tooManyRows(page)).toEqual([])

    const batch = await rowsRead(
      db,
      evaluateRules(
        sql`select user_id from notifications where not is_read and not is_deleted
        and created_at > now() - interval '1 day' order by user_id limit ${PAGE}`,
        rules,
      ),
    )
    batch.delete('notifications')
    expect(batch.get('users')).toBeGreaterThanOrEqual(PAGE)
    expect(tooManyRows(batch)).toEqual([])
  },
)

async function fill(db: Database, people: number, from = 1): Promise<void> {
  for (const statement of fillHost({ people, from })) await db.execute(statement)
}

/** Only the test itself runs analyze. */
async function disableAutovacuum(db: Database): Promise<void> {
  const tables = await db.execute<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('public', 'tidings')`,
  )
  for (const { name } of tables) {
    await db.execute(`alter table ${name} set (autovacuum_enabled = false)`)
  }
}

interface Step {
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Step[]
}

/** How many rows of each table a query reads, including those that it filters out. */
async function rowsRead(db: Database, query: SQL): Promise<Map<string, number>> {
  // With the settings of the scan and the claim.
  const [row] = await inTransaction(
    db,
    tx =>
      tx.execute<{ 'QUERY PLAN': [{ Plan: Step }] }>(sql`explain (analyze, format json) ${query}`),
    undefined,
    preferIndexScans,
  )
  const read = new Map<string, number>()
  const add = (step: Step) => {
    const table = step['Relation Name']
    if (table) {
      const each =
        step['Actual Rows'] +
        (step['Rows Removed by Filter'] ?? 0) +
        (step['Rows Removed by Index Recheck'] ?? 0)
      read.set(table, (read.get(table) ?? 0) + each * step['Actual Loops'])
    }
    for (const below of step.Plans ?? []) add(below)
  }
  if (row) add(row['QUERY PLAN'][0].Plan)
  return read
}

function tooManyRows(read: Map<string, number>): string[] {
  return [...read]
    .filter(([, rows]) => rows > ROWS_EACH * PAGE)
    .map(([table, rows]) => `${rows} of ${table}`)
}
