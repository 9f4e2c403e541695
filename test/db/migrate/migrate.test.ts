import { expect, test } from 'vitest'
import { explainError } from '../../../src/cli/exit.ts'
import {
  applyMigrations,
  countMissing,
  HostTablesExistError,
} from '../../../src/db/migrate/migrate.ts'
import { MigrationFailedError } from '../../../src/db/migrate/migrations.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

/** A database as an administrator would create it for the service. */
const emptyDatabase = () => createDatabase({ template: 'template0' })

async function tablesOf({ db }: TestDatabase, schema: string): Promise<string[]> {
  const rows = await db.execute<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = '${schema}' order by 1`,
  )
  return rows.map(row => row.name)
}

const HOST_TABLES = ['notification_emails_sent', 'notifications', 'user_privacy_settings', 'users']

/** Everything in a schema, except PostgreSQL's own objects. */
async function describeSchema({ db }: TestDatabase) {
  return [
    ...(await db.execute(`
      select table_schema, table_name, column_name, data_type, is_nullable, column_default
      from information_schema.columns
      where table_schema not in ('pg_catalog', 'information_schema') order by 1, 2, ordinal_position`)),
    ...(await db.execute(`
      select schemaname, indexname, indexdef from pg_indexes
      where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2`)),
    ...(await db.execute(`select nspname from pg_namespace where nspname !~ '^pg_' order by 1`)),
  ]
}

test('an empty database gets the host’s tables and the service’s own', async () => {
  const database = await emptyDatabase()
  const missing = await countMissing(database.db)
  expect(missing).toBeGreaterThan(0)

  expect(await applyMigrations(database.url)).toBe(missing)

  expect(await tablesOf(database, 'public')).toEqual(HOST_TABLES)
  expect(await tablesOf(database, 'tidings')).toContain('__drizzle_migrations')
  expect(await countMissing(database.db)).toBe(0)
})

test('applying again finds nothing missing and changes nothing', async () => {
  const database = await emptyDatabase()
  await applyMigrations(database.url)
  const before = await describeSchema(database)
  expect(await applyMigrations(database.url)).toBe(0)
  expect(await describeSchema(database)).toEqual(before)
})

test('a refused statement is reported with its migration, and leaves nothing behind', async () => {
  const database = await emptyDatabase()
  await database.db.execute('create schema tidings')
  await database.db.execute('create table tidings.events (id integer)')
  const before = await tablesOf(database, 'public')

  const error = await applyMigrations(database.url).catch(fault => fault)

  expect(error).toBeInstanceOf(MigrationFailedError)
  expect(error.message).toMatch(/^migration 0002_delivery_events failed.+"events" already exists/)
  expect(error.message).toContain('CREATE TABLE "tidings"."events"')
  expect(explainError(error)?.lines).toEqual([error.message])
  expect(await tablesOf(database, 'public')).toEqual(before)
  await database.db.execute('drop table tidings.events')
  expect(await applyMigrations(database.url)).toBeGreaterThan(0)
})

test('several at once on an empty database all succeed, and one of them does the work', async () => {
  const database = await emptyDatabase()
  const missing = await countMissing(database.db)
  const applied = await Promise.all([1, 2, 3, 4].map(() => applyMigrations(database.url)))
  expect(applied.sort()).toEqual([0, 0, 0, missing])
  expect(await countMissing(database.db)).toBe(0)
})

test.each(HOST_TABLES)(
  'a database with an application’s table is refused and unchanged: %s',
  async table => {
    const database = await emptyDatabase()
    await database.db.execute(`create table public.${table} (id integer primary key, words text)`)
    await database.db.execute(`insert into public.${table} values (1, 'ours')`)
    const before = await describeSchema(database)

    const applying = applyMigrations(database.url)

    await expect(applying).rejects.toThrow(HostTablesExistError)
    await expect(applying).rejects.toThrow(table)
    expect(await describeSchema(database)).toEqual(before)
    expect([...(await database.db.execute(`select * from public.${table}`))]).toEqual([
      { id: 1, words: 'ours' },
    ])
  },
)

test('a refused database is refused again, since the refusal leaves no journal', async () => {
  const database = await emptyDatabase()
  await database.db.execute('create table users (id integer)')
  await expect(applyMigrations(database.url)).rejects.toThrow(HostTablesExistError)
  await expect(applyMigrations(database.url)).rejects.toThrow(HostTablesExistError)
})

test('tables with other names or in other schemas do not matter', async () => {
  const database = await emptyDatabase()
  await database.db.execute('create table public.songs (id integer)')
  await database.db.execute('create schema auth')
  await database.db.execute('create table auth.users (id integer)')
  await applyMigrations(database.url)
  expect(await tablesOf(database, 'auth')).toEqual(['users'])
  expect(await tablesOf(database, 'public')).toEqual([...HOST_TABLES, 'songs'].sort())
})

test('under a role named like the service’s schema, the host’s tables are still in public', async () => {
  const database = await emptyDatabase()
  // PostgreSQL searches a schema named like the role first, if there is one.
  expect([...(await database.db.execute('select current_user as role'))]).toEqual([
    { role: 'tidings' },
  ])
  await database.db.execute('create schema tidings')
  await applyMigrations(database.url)
  expect(await tablesOf(database, 'public')).toEqual(HOST_TABLES)
  expect(await tablesOf(database, 'tidings')).not.toContain('users')
  expect(await applyMigrations(database.url)).toBe(0)
})
