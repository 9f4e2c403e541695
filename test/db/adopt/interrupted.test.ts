import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Transaction } from '../../../src/db/client/connect.ts'
import {
  AdoptionIncompleteError,
  applyMigrations,
  countMissing,
} from '../../../src/db/migrate/migrate.ts'
import { makeFolder, start, tidings } from '../../support/command.ts'
import type { TestDatabase } from '../../support/database.ts'
import { describeHost, makeHost } from '../../support/foreign-host.ts'

/** Enough for three transactions of `adopt`. */
const USERS = 5_000
const GATE = 4_711

/** A host with a long history. */
async function makeHistory(): Promise<TestDatabase> {
  const database = await makeHost()
  await database.db.execute(sql`
    insert into users (userid, email, username)
    select md5(n::text)::uuid, n || '@example.com', n::text from generate_series(1, ${USERS}::int) n`)
  await database.db.execute(sql`
    insert into notification_emails_sent (user_id, email_type)
    select userid, 'new_notifications' from users`)
  return database
}

/** A writer of the second half of the history into `recipients` waits there for the gate. */
async function setGate({ db }: TestDatabase): Promise<void> {
  await db.execute(
    sql.raw(`
      create schema gate;
      create function gate.wait_here() returns trigger language plpgsql as $$
        begin
          if new.user_id > '80000000-0000-0000-0000-000000000000' then
            perform pg_advisory_xact_lock_shared(${GATE});
          end if;
          return new;
        end $$;
      create function gate.stand() returns event_trigger language plpgsql as $$
        begin
          if to_regclass('tidings.recipients') is not null and not exists (
            select from pg_trigger where tgname = 'gate'
          ) then
            create trigger gate before insert on tidings.recipients
              for each row execute function gate.wait_here();
          end if;
        end $$;
      create event trigger gate on ddl_command_end when tag in ('CREATE TABLE')
        execute function gate.stand()`),
  )
}

/** Without parameters: with some, PostgreSQL keeps a snapshot, and no build gets past it. */
const close = (gate: Transaction) => gate.execute(sql.raw(`select pg_advisory_xact_lock(${GATE})`))

const carriedIn = async ({ db }: TestDatabase) => {
  const [row] = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from tidings.recipients where carried_until is not null`,
  )
  return row?.count
}

test('after a kill adopt continues where it was, and nothing starts before it has finished', async () => {
  const database = await makeHistory()
  const { db, url } = database
  const before = await describeHost(db)
  await setGate(database)
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url, PORT: '0' } }

  await db.transaction(async gate => {
    await close(gate)
    const victim = start(['adopt'], options)
    await victim.says(/2000 of/)
    victim.child.kill('SIGKILL')
    await victim.ended
    expect(await carriedIn(database)).toBe(2_000)
    // Its connection is still open for PostgreSQL, so its lock is still held.
    await db.execute(sql`
      select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and objid = ${GATE} and not granted`)
  })
  expect(await countMissing(db)).toBe(1)
  await expect(applyMigrations(url)).rejects.toThrow(AdoptionIncompleteError)
  expect(await tidings(['run', 'all'], options)).toMatchObject({ code: 78 })

  const again = await tidings(['adopt'], options)

  expect(again).toMatchObject({ code: 0 })
  expect(again.stdout).toBe(`users whose history was imported: ${USERS}\nadopted\n`)
  expect(await carriedIn(database)).toBe(USERS)
  expect(await countMissing(db)).toBe(0)
  expect(await describeHost(db)).toEqual(before)
})

test('of two at once one works; the other says that it waits, and has nothing to do', async () => {
  const database = await makeHistory()
  await setGate(database)
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: database.url } }

  const both = await database.db.transaction(async gate => {
    await close(gate)
    const first = start(['adopt'], options)
    await first.says(/2000 of/)
    const second = start(['adopt'], options)
    await second.says(/another process is changing this database’s schema; waiting/)
    return { ended: Promise.all([first.ended, second.ended]) }
  })

  const [first, second] = await both.ended
  expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/adopted\n$/) })
  // The first one installs the queue after it has released the lock.
  expect(second).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^(nothing to do|queue installed in the schema pgboss)\n$/),
  })
  expect(await carriedIn(database)).toBe(USERS)
})
