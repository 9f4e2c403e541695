import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type ConnectOptions, connect, type Database } from '../../../src/db/client/connect.ts'
import { resolveConnection } from '../../../src/db/client/resolve-connection.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { addUser } from '../../support/host.ts'
import { startPgBouncer } from '../../support/pgbouncer.ts'
import { startService } from '../../support/service.ts'
import { requireTool } from '../../support/tools.ts'

const LIMITS = { statement: '40s', lock: '10s', idle: '1min' }
const readLimits = async (db: Pick<Database, 'execute'>) => {
  const rows = await db.execute<typeof LIMITS>(sql`select
    current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
    current_setting('idle_in_transaction_session_timeout') as idle`)
  return rows[0]
}
const open = (url: string, options?: ConnectOptions) => {
  const connection = connect(url, { max: 2, ...options })
  onTestFinished(() => connection.abandon())
  return connection.db
}

/** Locks a user's row until the test ends. */
async function lockRow({ ownerUrl, db }: TestDatabase): Promise<string> {
  const userId = await addUser(db)
  const holder = open(ownerUrl)
  const { promise, resolve } = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const transaction = holder.transaction(async tx => {
    await tx.execute(sql`select from public.users where userid = ${userId} for update`)
    held.resolve()
    await promise
  })
  onTestFinished(async () => {
    resolve()
    await transaction
  })
  await held.promise
  return userId
}
const change = (db: Database, userId: string) =>
  db.execute(sql`update public.users set username = 'somebody' where userid = ${userId}`)
const waitingUpdates = (db: Database) =>
  db.execute(sql`select pid from pg_stat_activity
    where datname = current_database() and query like 'update public.users%' and state = 'active'`)

test('statements outside of transactions have limits on the server, including those of pg-boss', async () => {
  const database = await createDatabase()
  const { db } = database
  // The settings of pg-boss's own connection, as it writes the schedule.
  await db.execute(sql`create table public.seen (name text, statement text, lock text, idle text)`)
  await db.execute(sql`create function see() returns trigger language plpgsql security definer as $$
    begin
      insert into public.seen values (current_setting('application_name'), current_setting('statement_timeout'),
        current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'));
      return new;
    end $$`)
  await db.execute(
    sql`create trigger see before insert on pgboss.schedule for each row execute function see()`,
  )

  const { app } = await startService({ database })

  expect(await readLimits(app.db)).toEqual(LIMITS)
  expect(await db.execute(sql`select * from seen`)).toEqual([{ name: 'tidings-queue', ...LIMITS }])
})

test('the server cancels a statement that waits for a lock, and its connection stays usable', async () => {
  const database = await createDatabase()
  const userId = await lockRow(database)
  const url = new URL(database.ownerUrl)
  // The URL's own options win.
  url.searchParams.set('options', '-c lock_timeout=200')
  const db = open((await resolveConnection(url.href)).url, { max: 1 })

  expect(await readLimits(db)).toEqual({ ...LIMITS, lock: '200ms' })
  const [before] = await db.execute(sql`select pg_backend_pid() as pid`)
  await expect(change(db, userId)).rejects.toMatchObject({ cause: { code: '55P03' } })
  expect(await waitingUpdates(database.db)).toEqual([])
  expect(await db.execute(sql`select pg_backend_pid() as pid`)).toEqual([before])
})

async function expectCancelled(url: string, database: TestDatabase): Promise<void> {
  const userId = await lockRow(database)
  const db = open(url, { limitMs: 500 })

  const changed = change(db, userId)
  changed.catch(() => {})
  await vi.waitFor(async () => expect(await waitingUpdates(database.db)).toHaveLength(1))
  await expect(changed).rejects.toMatchObject({ cause: { code: 'QUERY_TIMEOUT' } })

  await vi.waitFor(async () => expect(await waitingUpdates(database.db)).toEqual([]), {
    timeout: 10_000,
  })
}

test('a statement that the service no longer waits for is cancelled on the server as well', async () => {
  const database = await createDatabase()
  await expectCancelled(database.ownerUrl, database)
})

test('it is cancelled behind a pooler, too, without options for limits', async context => {
  requireTool('pgbouncer')(context)
  const database = await createDatabase()
  for (const mode of ['transaction', 'session'] as const) {
    const pooler = await startPgBouncer(database.ownerUrl, { mode })
    expect(await resolveConnection(pooler.url)).toEqual({ url: pooler.url, isDirect: false })
    await expectCancelled(pooler.url, database)
  }
})

test('the URL stays unchanged if nothing answers; the connection then reports the error', async () => {
  const nowhere = 'postgres://nobody@127.0.0.1:1/nothing'
  expect(await resolveConnection(nowhere)).toEqual({ url: nowhere, isDirect: false })
})
