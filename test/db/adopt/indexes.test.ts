import { sql } from 'drizzle-orm'
import { getTableConfig, type Index, index, pgTable, text } from 'drizzle-orm/pg-core'
import { expect, test } from 'vitest'
import { adoptDatabaseTables } from '../../../src/db/adopt/adopt.ts'
import { inspectHost } from '../../../src/db/adopt/inspect-host.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import {
  createIndexSql,
  isEqual,
  toHostIndex,
  wantedIndexes,
} from '../../../src/db/migrate/host-indexes.ts'
import { applyMigrations } from '../../../src/db/migrate/migrate.ts'
import { readMigrations, withoutHostIndexes } from '../../../src/db/migrate/migrations.ts'
import { readIndexes } from '../../../src/db/migrate/read-indexes.ts'
import { makeFolder, start } from '../../support/command.ts'
import { addHostUser, indexesOf, makeHost } from '../../support/foreign-host.ts'

const UNREAD = 'notifications_unread_idx'

async function oidOf(db: Database, name: string): Promise<number | undefined> {
  const [row] = await db.execute<{ oid: number }>(
    sql`select indexrelid::int as oid from pg_index where indexrelid = to_regclass(${name}) and indisvalid`,
  )
  return row?.oid
}

test('every index of the schema on the host’s tables is the host’s or added by Tidings', () => {
  expect(wantedIndexes().map(index => index.name)).toEqual(
    expect.arrayContaining([UNREAD, 'notification_emails_sent_user_id_sent_at_idx']),
  )
  expect(wantedIndexes().map(index => index.name)).not.toContain('notifications_user_id_idx')
  const stripped = readMigrations()
    .slice(1)
    .flatMap(({ sql: statements, ...rest }) => {
      const kept = withoutHostIndexes({ ...rest, sql: statements }).sql
      return statements.filter(statement => !kept.includes(statement))
    })
  expect(stripped.map(statement => /"(\w+)"/.exec(statement)?.[1]).sort()).toEqual(
    wantedIndexes()
      .map(index => index.name)
      .sort(),
  )
})

test('an equal index with another name is not built again', async () => {
  const { db, url } = await makeHost({
    changes: `
      create index my_unread on notifications (user_id, created_at, id)
        where ((is_read = is_read) is not null) or true;
      create index original on notifications using btree (user_id, created_at, id) include (title)
        where (not (is_read)) and ((not is_deleted));
      create index history on notification_emails_sent (user_id, sent_at desc);
      create index newest on notification_emails_sent (sent_at, id);
      create index codes on notification_emails_sent
        (split_part(left(error_message, 64), ':', 1), sent_at, id) where not success
        and coalesce(split_part(left(error_message, 64), ':', 1), '') <> 'pending'`,
  })
  const before = await indexesOf(db)
  expect((await inspectHost(db, 'public')).missingIndexes).toEqual([])
  expect((await adoptDatabaseTables(url)).done.indexes).toBe(0)
  expect(await indexesOf(db)).toEqual(before)
})

test('indexes on expressions are compared by the expressions that PostgreSQL prints', async () => {
  const table = pgTable('notification_emails_sent', { errorMessage: text('error_message') }, of => [
    index('codes')
      .on(sql`split_part("left"(error_message, 64), ':', 1)`, of.errorMessage.desc())
      .where(sql`coalesce(split_part("left"(error_message, 64), ':', 1), '') <> 'pending'`),
  ])
  const [codes] = getTableConfig(table).indexes
  const wanted = toHostIndex('notification_emails_sent', codes as Index)
  const { db } = await makeHost({
    changes: `alter table notification_emails_sent alter error_message type varchar(2000);
      create index other on notification_emails_sent
        (split_part(left(error_message, 32), ':', 1), error_message desc nulls last);
      create index half on notification_emails_sent
        (split_part(left(error_message, 64), ':', 1), error_message desc nulls last)`,
  })
  expect((await readIndexes(db, 'public')).filter(found => isEqual(found, wanted))).toEqual([])

  await db.execute(sql.raw(createIndexSql(wanted, 'public')))

  const equal = (await readIndexes(db, 'public')).filter(found => isEqual(found, wanted))
  expect(equal.map(({ name }) => name)).toEqual(['codes'])
})

test.each([
  ['another order', 'create index other on notification_emails_sent (user_id, sent_at)'],
  ['other columns', 'create index other on notification_emails_sent (user_id)'],
  [
    'a predicate',
    'create index other on notification_emails_sent (user_id, sent_at desc) where success',
  ],
  ['another kind', 'create index other on notification_emails_sent using hash (user_id)'],
])('an index with %s is no replacement', async (_what, changes) => {
  const { db } = await makeHost({ changes })
  const { missingIndexes } = await inspectHost(db, 'public')
  expect(missingIndexes.map(({ name }) => name)).toContain(
    'notification_emails_sent_user_id_sent_at_idx',
  )
})

test('a name that is taken is left alone', async () => {
  const { db, url } = await makeHost({ changes: `create index ${UNREAD} on notifications (title)` })
  const original = await oidOf(db, UNREAD)
  await adoptDatabaseTables(url)
  expect(await oidOf(db, UNREAD)).toBe(original)
  expect(await oidOf(db, `tidings_${UNREAD}`)).toBeDefined()
  expect((await inspectHost(db, 'public')).missingIndexes).toEqual([])
})

test('the rest of an interrupted build is dropped and built again', async () => {
  const { db, url } = await makeHost({
    changes: `create index ${UNREAD} on notifications (user_id, created_at, id)
      where not is_read and not is_deleted;
      update pg_index set indisvalid = false where indexrelid = '${UNREAD}'::regclass`,
  })
  const report = await inspectHost(db, 'public')
  expect(report.missingIndexes.find(({ name }) => name === UNREAD)).toMatchObject({
    leftover: true,
  })
  await adoptDatabaseTables(url)
  expect(await oidOf(db, UNREAD)).toBeDefined()
  const invalid = await db.execute(sql`select from pg_index where not indisvalid`)
  expect(invalid).toHaveLength(0)
})

test('the application keeps writing while an index is built', async () => {
  const { db, url } = await makeHost()
  const { id } = await addHostUser(db, 'mara')
  const insert = sql`insert into notifications (user_id, type, title, message)
    values (${id}, 'comment_received', 'A comment', 'That bridge!')`
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }

  const command = await db.transaction(async tx => {
    // The build has to wait for this transaction; a plain CREATE INDEX would block all other
    // writers.
    await tx.execute(insert)
    const adopting = start(['adopt'], options)
    await adopting.says(/index notifications_unread_idx on notifications \(waiting for writers/)
    await db.transaction(async other => {
      await other.execute(sql`set local lock_timeout = '2s'`)
      await other.execute(insert)
    })
    return { adopting }
  })

  expect(await command.adopting.ended).toMatchObject({ code: 0 })
  expect(await oidOf(db, UNREAD)).toBeDefined()
})

test('migrate builds indexes that an adopted database lacks, outside of the transaction', async () => {
  const { db, url } = await makeHost()
  await adoptDatabaseTables(url)
  await db.execute(sql.raw(`drop index ${UNREAD}`))
  const steps: string[] = []
  expect(await applyMigrations(url, { onStep: ({ what }) => steps.push(what) })).toBe(0)
  expect(new Set(steps)).toEqual(new Set([`index ${UNREAD} on notifications`]))
  expect(await oidOf(db, UNREAD)).toBeDefined()
})

test('the build time is estimated from the size of the table', async () => {
  const { db } = await makeHost()
  // As if the host had ten million rows, by the statistics.
  await db.execute(sql`update pg_class set reltuples = 1e7, relpages = 2e5
    where oid = 'notifications'::regclass`)
  const { missingIndexes, tables } = await inspectHost(db, 'public')
  const index = missingIndexes.find(({ name }) => name === UNREAD)
  expect(tables.find(({ name }) => name === 'notifications')?.rows).toBe(1e7)
  expect(index?.seconds).toBeGreaterThan(3)
  expect(index?.seconds).toBeLessThan(120)
})
