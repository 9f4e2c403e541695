import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { connect, type Database } from '../../../src/db/client/connect.ts'
import { inTransaction } from '../../../src/db/client/in-transaction.ts'
import { PREPARED, preparedSql } from '../../../src/db/client/prepared-sql.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers } from '../../support/host.ts'
import { startService } from '../../support/service.ts'
import { accepted, claimNow, record, rejected } from '../../support/service-parts.ts'

function open(url: string, { prepare = true } = {}): Database {
  const { db, close } = connect(url, { max: 1, prepare })
  onTestFinished(close)
  return db
}

const doubled = (number: number) => preparedSql`select 2 * ${number}::int as doubled`

async function prepared(db: Database): Promise<string[]> {
  const rows = await db.execute<{ statement: string }>(
    // postgres.js prepares statements of its own.
    sql`select statement from pg_prepared_statements where statement <> 'commit'
      and statement not like '%pg_catalog.pg_type%'`,
  )
  return rows.map(({ statement }) => statement)
}

test('only preparedSql statements are prepared, once per connection, in and outside transactions', async () => {
  const { url } = await createDatabase()
  const db = open(url)

  expect(await db.execute(doubled(21))).toEqual([{ doubled: 42 }])
  expect(await inTransaction(db, tx => tx.execute(doubled(4)))).toEqual([{ doubled: 8 }])
  await db.execute(sql`select ${1}::int`)

  expect(await prepared(db)).toEqual([expect.stringContaining(PREPARED)])
})

test('nothing is prepared without `prepare`', async () => {
  const { url } = await createDatabase()
  const db = open(url, { prepare: false })
  expect(await db.execute(doubled(21))).toEqual([{ doubled: 42 }])
  expect(await prepared(db)).toEqual([])
})

test('the service prepares its statements, unless a pooler is configured', async () => {
  for (const [pooler, isKept] of [
    ['auto', true],
    ['transaction', false],
  ] as const) {
    const { app, db, run } = await startService({ env: { DATABASE_POOLER: pooler } })
    await addDueUsers(db, 3)
    expect(await run()).toMatchObject({ status: 'completed', counts: { sent: 3 } })
    // Concurrently, so that all of its connections answer.
    const each = await Promise.all(Array.from({ length: 20 }, () => prepared(app.db)))
    expect(each.flat().length > 0).toBe(isKept)
  }
})

test('a table change by the host fails at most one transaction', async () => {
  const { db: owner, url } = await createDatabase()
  const db = open(url)
  const read = () =>
    inTransaction(db, tx => tx.execute(preparedSql`select title from public.notifications`))
  await read()
  await owner.execute('alter table notifications alter column title type varchar(200)')
  await read().catch(() => {})
  expect(await read()).toEqual([])
})

const theirTables = sql`('deliveries', 'attempts', 'claims', 'recipients', 'notifications',
  'notification_emails_sent', 'users')`

/** The rows and index entries read so far in the tables that an email needs. */
async function readSoFar(db: Database): Promise<number> {
  await db.execute(sql`select pg_stat_force_next_flush()`)
  const [row] = await db.execute<{ read: number }>(sql`
    select (sum(seq_tup_read) + sum(idx_tup_fetch))::int + (
      select sum(idx_tup_read) from pg_stat_user_indexes
      where relname in ${theirTables})::int as read
    from pg_stat_user_tables where relname in ${theirTables}`)
  return row?.read ?? Number.NaN
}

test.each([
  ['accepted', accepted],
  ['rejected', rejected],
])(
  'a plan made for small tables reads no more rows from large ones: %s',
  async (_what, outcome) => {
    const { db: owner, url } = await createDatabase()
    const name = new URL(url).pathname.slice(1)
    // Immediately; by default PostgreSQL would try five custom plans first.
    await owner.execute(sql.raw(`alter database ${name} set plan_cache_mode = force_generic_plan`))
    const db = open(url)
    const send = async (users: number) => {
      const batch = await claimNow(db, await addDueUsers(owner, users))
      await record(db, batch, outcome(batch))
    }
    // With so few rows a sequential scan is best.
    await send(30)
    await owner.execute('analyze')
    await send(1)
    for (let batch = 0; batch < 20; batch += 1) await claimNow(owner, await addDueUsers(owner, 100))

    const users = await addDueUsers(owner, 5)
    const before = await readSoFar(db)
    const batch = await claimNow(db, users)
    await record(db, batch, outcome(batch))

    expect((await readSoFar(db)) - before).toBeLessThan(5 * 60)
  },
)
