import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { adoptDatabaseTables } from '../../../src/db/adopt/adopt.ts'
import { inspectHost } from '../../../src/db/adopt/inspect-host.ts'
import {
  applyMigrations,
  countMissing,
  HostTablesExistError,
  requireMigrations,
} from '../../../src/db/migrate/migrate.ts'
import { recipients } from '../../../src/db/schema.ts'
import { makeFolder, tidings } from '../../support/command.ts'
import { addHostUser, describeHost, indexesOf, makeHost } from '../../support/foreign-host.ts'

test('adopt adopts a host, and changes nothing of the host’s own', async () => {
  const { db, url } = await makeHost()
  await addHostUser(db, 'mara', { unread: ['1 hour', '2 days'], mailed: '1 day' })
  await addHostUser(db, 'jo', { unread: ['1 hour'] })
  const before = await describeHost(db)
  const indexes = await indexesOf(db)
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }

  const first = await tidings(['adopt'], options)

  expect(first).toMatchObject({ code: 0 })
  expect(first.stdout).toMatch(
    /^indexes built: 4\nmigrations applied: \d+\nusers .*: 1\nadopted\n$/,
  )
  expect(first.stderr).toMatch(/^users whose history is imported: 1 of 1$/m)
  expect(await describeHost(db)).toEqual(before)
  const added = (await indexesOf(db)).filter(index => !indexes.includes(index))
  expect(added).toEqual([
    expect.stringMatching(/^CREATE INDEX notification_emails_sent_error_code_idx ON .* WHERE/),
    expect.stringMatching(/^CREATE INDEX notification_emails_sent_sent_at_id_idx ON/),
    expect.stringMatching(/^CREATE INDEX notification_emails_sent_user_id_sent_at_idx ON/),
    expect.stringMatching(/^CREATE INDEX notifications_unread_idx ON .* WHERE/),
  ])
  expect(await countMissing(db)).toBe(0)

  const carried = await db.select().from(recipients)
  const again = await tidings(['adopt'], options)
  expect(again).toMatchObject({ code: 0, stdout: 'nothing to do\n', stderr: '' })
  expect(await tidings(['migrate'], options)).toMatchObject({ stdout: 'nothing to migrate\n' })
  expect(await db.select().from(recipients)).toEqual(carried)
  expect(await describeHost(db)).toEqual(before)
})

test('a dry run prints the plan and changes nothing', async () => {
  const { db, url } = await makeHost()
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }

  const text = await tidings(['adopt', '--dry-run'], options)
  const json = await tidings(['adopt', '--dry-run', '--json'], options)

  expect(text).toMatchObject({ code: 0, stderr: '' })
  const column = (name: string, ...words: string[]) =>
    new RegExp(`^ +fits +${name} +${words.join(', ')}$`, 'm')
  expect(text.stdout).toMatch(column('userid', 'uuid', 'not null', 'unique'))
  expect(text.stdout).toMatch(column('read_at', 'timestamp without time zone', 'may be null'))
  expect(text.stdout).toMatch(/references users \(userid\) on delete cascade/)
  expect(text.stdout).not.toMatch(/differs|CANNOT/)
  expect(text.stdout).toMatch(/^users, number of rows not known$/m)
  for (const plan of [
    /build in a moment, .*: CREATE INDEX CONCURRENTLY "notifications_unread_idx" ON "public"/,
    /create the schema tidings$/m,
    /create the schema pgboss$/m,
    /mark as applied: 0000_host_tables$/m,
    /apply: 0001_tidings$/m,
  ]) {
    expect(text.stdout).toMatch(plan)
  }
  expect(JSON.parse(json.stdout)).toMatchObject({
    state: 'adoptable',
    migrations: { mark: ['0000_host_tables'] },
    missingSchemas: ['tidings', 'pgboss'],
    tables: expect.arrayContaining([expect.objectContaining({ name: 'users', rows: null })]),
  })
  await addHostUser(db, 'mara')
  await db.execute('analyze users')
  const { tables } = await inspectHost(db, 'public')
  expect(tables.find(({ name }) => name === 'users')?.rows).toBe(1)
  expect(await countMissing(db)).toBeGreaterThan(1)
  expect([...(await db.execute(sql`select to_regnamespace('tidings') as there`))]).toEqual([
    { there: null },
  ])
})

test('notifications not newer than a user’s last accepted email count as carried, across pages', async () => {
  const { db, url } = await makeHost()
  const hostUsers = await Promise.all(
    Array.from({ length: 7 }, (_, at) => addHostUser(db, `p${at}`, { mailed: `${at + 1} days` })),
  )
  const [mailed] = hostUsers
  await db.execute(sql`
    insert into notification_emails_sent (user_id, email_type, sent_at, success) values
      (${mailed?.id}, 'new_notifications', now() at time zone 'utc', false),
      (${mailed?.id}, 'outstanding_reminder', now() at time zone 'utc', true),
      (${mailed?.id}, 'new_notifications', (now() at time zone 'utc') - interval '9 days', true)`)
  await addHostUser(db, 'never-mailed')
  const expected = await db.execute<{ user_id: string; last: string }>(sql`
    select user_id, max(sent_at)::text as last from notification_emails_sent
    where success and email_type = 'new_notifications' group by 1 order by 1`)

  const { done } = await adoptDatabaseTables(url, { pageSize: 3 })

  expect(done.people).toBe(7)
  const carried = await db.execute(sql`
    select user_id, carried_until::text as last from tidings.recipients order by 1`)
  expect([...carried]).toEqual([...expected])
})

test('emails of Tidings itself are never imported as history', async () => {
  const { db, url } = await makeHost()
  const { id } = await addHostUser(db, 'mara', { mailed: '3 days' })
  await adoptDatabaseTables(url)
  const [before] = await db.select().from(recipients)
  await db.execute(sql`
    insert into notification_emails_sent (user_id, email_type) values (${id}, 'new_notifications')`)

  expect((await adoptDatabaseTables(url)).done).toEqual({ indexes: 0, migrations: 0, people: 0 })

  expect(await db.select().from(recipients)).toEqual([before])
})

test('an empty database is not adopted, and the message says what to run', async () => {
  const { db, url } = await makeHost({
    changes: 'drop table user_privacy_settings, notifications, notification_emails_sent, users',
  })
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }

  for (const args of [['adopt'], ['adopt', '--dry-run']]) {
    const { code, stdout } = await tidings(args, options)
    expect(code).toBe(1)
    expect(stdout).toContain('npm run tidings -- migrate')
  }
  expect(await countMissing(db)).toBeGreaterThan(1)
})

test('migrate and other commands refuse a host before its adoption, and point to adopt', async () => {
  const { db, url } = await makeHost()
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }
  for (const args of [['audit'], ['run', 'all']]) {
    const { code, stderr } = await tidings(args, options)
    expect(code).toBe(78)
    expect(stderr).toMatch(/^the database already has the tables users, .* adopt --dry-run\n$/)
  }
  await expect(applyMigrations(url)).rejects.toThrow(HostTablesExistError)
  await expect(applyMigrations(url)).rejects.toThrow('npm run tidings -- adopt --dry-run')
  await adoptDatabaseTables(url)
  expect(await applyMigrations(url)).toBe(0)
  await db.execute('delete from tidings.__drizzle_migrations where id = 1')
  await expect(requireMigrations(db, 'public')).rejects.toThrow('lacks 1 migration')
})

test('a database created by Tidings counts as adopted, and fits', async () => {
  const { db, url } = await makeHost({
    changes: 'drop schema public cascade; create schema public',
  })
  await applyMigrations(url)
  const report = await inspectHost(db, 'public')
  expect(report).toMatchObject({ state: 'adopted', missingIndexes: [] })
  expect(report.findings.filter(({ fit }) => fit !== 'fits')).toEqual([])
})

test('the journal holds what Drizzle would have written, so that its own tools can continue', async () => {
  const adopted = await makeHost()
  const migrated = await makeHost({ changes: 'drop schema public cascade; create schema public' })
  await adoptDatabaseTables(adopted.url)
  await applyMigrations(migrated.url)
  const journal = async ({ db }: typeof adopted) => [
    ...(await db.execute(
      sql`select hash, created_at from tidings.__drizzle_migrations order by created_at`,
    )),
  ]
  expect(await journal(adopted)).toEqual(await journal(migrated))
})
