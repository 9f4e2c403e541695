import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connect } from '../../../src/db/client/connect.ts'
import { withMigrationLock } from '../../../src/db/migrate/migration-lock.ts'
import {
  MigrationFailedError,
  readMigrations,
  runMigrations,
} from '../../../src/db/migrate/migrations.ts'
import { createDatabase } from '../../support/database.ts'

const next = {
  name: '9999_note',
  sql: ['ALTER TABLE "tidings"."runs" ADD COLUMN "note" text'],
  folderMillis: Date.now() + 86_400_000,
  hash: 'note',
  bps: true,
}

/** A database with a transaction that reads a table and stays open until `release`. */
async function openReader() {
  const database = await createDatabase()
  const { db: reader, close } = connect(database.ownerUrl, { max: 1 })
  onTestFinished(close)
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const reading = reader.transaction(async tx => {
    await tx.execute(sql`select from tidings.runs`)
    begin()
    await released
  })
  onTestFinished(async () => {
    release()
    await reading
  })
  await begun
  return { ...database, release }
}

const migrate = (url: string, lockMs: number) =>
  withMigrationLock(url, {}, db => runMigrations(db, [...readMigrations(), next], { lockMs }))

test('a migration that waits for a table lets others pass, and continues when the table is free', async () => {
  const { db, ownerUrl, release } = await openReader()
  const tries = new Set<string>()
  const migrated = migrate(ownerUrl, 250)

  // Each try waits anew; in between, other readers get the table.
  await vi.waitFor(
    async () => {
      const rows = await db.execute<{ at: string }>(sql`
        select xact_start::text as at from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like 'ALTER TABLE%'`)
      for (const { at } of rows) tries.add(at)
      expect(tries.size).toBeGreaterThan(1)
    },
    { timeout: 15_000, interval: 20 },
  )
  await db.execute(sql`select from tidings.runs`)
  release()

  await migrated
  await db.execute(sql`select note from tidings.runs`)
})

test('a migration that never gets the table fails with its name, and changes nothing', async () => {
  const { db, ownerUrl } = await openReader()

  const failed = migrate(ownerUrl, 20)

  await expect(failed).rejects.toThrow(MigrationFailedError)
  await expect(failed).rejects.toThrow(/9999_note failed.+lock timeout/s)
  const columns = await db.execute(sql`select from information_schema.columns
    where table_schema = 'tidings' and table_name = 'runs' and column_name = 'note'`)
  expect(columns).toEqual([])
})

test('no time limit of the server, the database or the role ends a migration', async () => {
  const { db, ownerUrl } = await createDatabase()
  const limits = sql`select name, setting from pg_settings where name like any(array['statement%',
    'lock%', 'transaction%', 'idle%']) and name like '%timeout' and setting <> '0'`
  const [row] = await db.execute<{ name: string }>(sql`select current_database() as name`)
  for (const name of ['statement', 'lock', 'transaction', 'idle_in_transaction_session']) {
    await db.execute(sql.raw(`alter database ${row?.name} set ${name}_timeout = '50s'`))
  }
  const { db: other, close } = connect(ownerUrl, { max: 1 })
  onTestFinished(close)
  expect(await other.execute(limits)).toHaveLength(4)

  expect(await withMigrationLock(ownerUrl, {}, owner => owner.execute(limits))).toEqual([])
})
