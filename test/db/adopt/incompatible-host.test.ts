import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { adoptDatabaseTables } from '../../../src/db/adopt/adopt.ts'
import type { Finding } from '../../../src/db/adopt/finding.ts'
import { inspectHost } from '../../../src/db/adopt/inspect-host.ts'
import { makeFolder, tidings } from '../../support/command.ts'
import { addHostUser, describeHost, indexesOf, makeHost } from '../../support/foreign-host.ts'

/** What makes a host incompatible, each `table.column: aspect`, and the change that causes it. */
const faults = {
  'users.email: column': 'alter table users drop email',
  'users.public_display_name: type':
    'alter table users alter public_display_name type integer using null',
  'notifications.title: type': `alter table notifications alter title type jsonb using '{}'`,
  'notifications.is_read: type': `
    alter table notifications alter is_read drop default, alter is_read type integer using 0`,
  'notifications.created_at: type': `
    alter table notifications alter created_at drop default, alter created_at type date`,
  'notifications.user_id: nullability': 'alter table notifications alter user_id drop not null',
  'notification_emails_sent.id: unique':
    'alter table notification_emails_sent drop constraint notification_emails_sent_pkey',
  'notification_emails_sent.email_type: enum values': `
    create type narrow as enum ('new_notifications');
    alter table notification_emails_sent alter email_type type narrow using 'new_notifications';
    drop type notification_email_type; alter type narrow rename to notification_email_type`,
  'notification_emails_sent.notification_ids: type': `
    alter table notification_emails_sent alter notification_ids type uuid[] using null`,
  'notification_emails_sent.error_message: type':
    'alter table notification_emails_sent alter error_message type varchar(200)',
  'notification_emails_sent.error_message: collation': `
    create collation ignoring_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    alter table notification_emails_sent
      alter error_message type varchar(200) collate ignoring_case`,
  'notification_emails_sent.error_message: nullability':
    'alter table notification_emails_sent alter error_message set not null',
  'notification_emails_sent.tenant: column':
    'alter table notification_emails_sent add tenant text not null',
  'user_privacy_settings.user_id: unique': `
    alter table user_privacy_settings drop constraint user_privacy_settings_user_id_unique;
    create unique index on user_privacy_settings (user_id) where show_email;
    create unique index on user_privacy_settings (user_id, id)`,
  'user_privacy_settings.show_votes: default':
    'alter table user_privacy_settings alter show_votes drop default',
  'user_privacy_settings.notification_emails_enabled: column':
    'alter table user_privacy_settings drop notification_emails_enabled',
}

const impossible = (findings: Finding[]) => findings.filter(({ fit }) => fit === 'impossible')
const nameOf = ({ table, column, aspect }: Finding) =>
  `${table}${column ? `.${column}` : ''}: ${aspect}`

test('an incompatible host gets every reason at once, exit code 1, and no change', async () => {
  const { db, url } = await makeHost({ changes: Object.values(faults).join(';\n') })
  const before = [await describeHost(db), await indexesOf(db)]
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }

  const dry = await tidings(['adopt', '--dry-run', '--json'], options)
  const real = await tidings(['adopt'], options)

  expect(dry.code).toBe(1)
  expect(impossible(JSON.parse(dry.stdout).findings).map(nameOf).sort()).toEqual(
    Object.keys(faults).sort(),
  )
  expect(real).toMatchObject({ code: 1, stderr: '' })
  expect(real.stdout.match(/CANNOT WORK {2}/g)).toHaveLength(Object.keys(faults).length)
  expect(real.stdout).toContain(`${Object.keys(faults).length} differences prevent adoption`)
  expect(real.stdout).toMatch(/Nothing was changed\.\n$/)
  expect([await describeHost(db), await indexesOf(db)]).toEqual(before)
  expect([
    ...(await db.execute(sql`select to_regnamespace('tidings') as tidings,
    to_regnamespace('pgboss') as pgboss`)),
  ]).toEqual([{ tidings: null, pgboss: null }])
})

test('the reported SQL makes the host compatible', async () => {
  const { db, url } = await makeHost({
    changes: `${Object.values(faults).join(';\n')}; drop table notifications cascade`,
  })
  const { findings } = await inspectHost(db, 'public')
  expect(impossible(findings).map(nameOf)).toContain('notifications: table')

  for (const { fix } of impossible(findings)) {
    expect(fix).toBeDefined()
    for (const statement of fix?.split(/(?<=;)\n/) ?? []) await db.execute(sql.raw(statement))
  }

  const { adopted, report } = await adoptDatabaseTables(url)
  expect(impossible(report.findings)).toEqual([])
  expect(adopted).toBe(true)
})

test('the printed SQL adds missing columns to filled tables, in the printed order', async () => {
  const { db, url } = await makeHost()
  await addHostUser(db, 'mara', { unread: ['1 hour', '2 days'], mailed: '1 day' })
  await addHostUser(db, 'jo', { unread: ['1 hour'] })
  await db.execute(`
    alter table users drop username;
    alter table notifications drop title, drop message, drop type, drop is_read, drop user_id;
    alter table notification_emails_sent drop email_type, drop sent_at`)
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }
  const adoptAndFix = async () => {
    const ended = await tidings(['adopt'], options)
    for (const [, statement = ''] of ended.stdout.matchAll(/^ {17}([A-Z].*)$/gm)) {
      await db.execute(sql.raw(statement))
    }
    return ended
  }

  const { code, stdout } = await adoptAndFix()
  expect(code).toBe(1)
  expect(stdout).toMatch(
    /ADD COLUMN "title" text;\n +UPDATE .* SET "title" = '' WHERE "title" IS NULL;\n +ALTER .* SET NOT NULL;/,
  )
  expect(stdout).toMatch(/sent_at .*existing rows get the current time/)

  // Only the host knows whose a notification is.
  expect(stdout).toMatch(/user_id .*give each row its value, then run adopt again/)
  await db.execute('update notifications set user_id = (select min(userid::text)::uuid from users)')
  expect((await adoptAndFix()).stdout).toContain('ALTER COLUMN "user_id" SET NOT NULL;')
  const [row] = await db.execute(sql`
    select attnotnull as is_strict from pg_attribute
    where attrelid = 'notifications'::regclass and attname = 'title'`)
  expect(row).toEqual({ is_strict: true })
  expect(await tidings(['adopt'], options)).toMatchObject({ code: 0 })
})

test.each(['notification_emails_sent', 'user_privacy_settings'])(
  'a view cannot replace %s, which Tidings writes',
  async table => {
    const { db } = await makeHost({
      changes: `alter table ${table} rename to base; create view ${table} as select * from base`,
    })
    const { state, findings } = await inspectHost(db, 'public')
    expect(state).toBe('impossible')
    expect(impossible(findings)).toEqual([
      expect.objectContaining({
        table,
        found: 'a view',
        note: expect.stringMatching(/only users/),
      }),
    ])
  },
)

test('numeric user ids: no SQL is reported for them', async () => {
  const { db } = await makeHost({
    changes: `
      alter table notifications drop constraint notifications_user_id_users_userid_fk;
      alter table notifications alter user_id type integer using 1`,
  })
  const { state, findings } = await inspectHost(db, 'public')
  expect(state).toBe('impossible')
  expect(impossible(findings)).toEqual([
    expect.objectContaining({ column: 'user_id', expected: 'uuid', found: 'integer' }),
  ])
  expect(impossible(findings)[0]?.fix).toBeUndefined()
})

test.each([
  [
    'a materialized view',
    `alter table notifications rename to news;
    create materialized view notifications as select * from news`,
  ],
  [
    'a partitioned table',
    `drop table notifications;
    create table notifications (id uuid, user_id uuid) partition by hash (user_id)`,
  ],
])('%s cannot replace the notifications table', async (found, changes) => {
  const { db } = await makeHost({ changes })
  const { findings } = await inspectHost(db, 'public')
  expect(impossible(findings)).toContainEqual(expect.objectContaining({ aspect: 'table', found }))
})

test('hidden rows and missing rights are reported before any change', async () => {
  const { db, url } = await makeHost()
  await addHostUser(db, 'mara', { mailed: '1 day' })
  const name = new URL(url).pathname.slice(1)
  const role = `stranger_${name.slice(-8)}`
  await db.execute(sql.raw(`create role ${role} login password 'stranger'`))
  await db.execute(sql.raw(`grant select on all tables in schema public to ${role}`))
  await db.execute(sql.raw('alter table users enable row level security'))
  const strangers = new URL(url)
  strangers.username = role
  strangers.password = 'stranger'
  const before = await describeHost(db)
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: strangers.href } }

  const { code, stdout } = await tidings(['adopt', '--dry-run'], options)
  await db.execute(sql.raw('alter table users disable row level security'))
  const real = await adoptDatabaseTables(strangers.href)
  await db.execute(sql.raw(`drop owned by ${role}; drop role ${role}`))

  expect(code).toBe(1)
  expect(stdout).toMatch(/CANNOT WORK .*row level security/)
  expect(real.adopted).toBe(false)
  expect(real.report.lacksRights).toEqual([
    expect.stringMatching(
      /may not create the schemas tidings and pgboss in this database: GRANT CREATE ON DATABASE/,
    ),
    expect.stringMatching(/does not own notifications,/),
    expect.stringMatching(/does not own notification_emails_sent,/),
  ])
  expect({ ...(await describeHost(db)), tables: [] }).toEqual({ ...before, tables: [] })
})
