import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { adoptDatabaseTables } from '../../../src/db/adopt/adopt.ts'
import { connect } from '../../../src/db/client/connect.ts'
import { grantStatements } from '../../../src/db/migrate/grants.ts'
import { applyMigrations, HostTablesMissingError } from '../../../src/db/migrate/migrate.ts'
import { changeSetting } from '../../../src/db/recipients/change-setting.ts'
import { makeFolder, tidings } from '../../support/command.ts'
import { createDatabase } from '../../support/database.ts'
import { addHostUser, describeHost, indexesOf, makeHost } from '../../support/foreign-host.ts'
import { mailEnv } from '../../support/mail.ts'
import { openProvider, startService } from '../../support/service.ts'

const schema = 'Covers_App'
/** Other tables with the same names, where PostgreSQL searches first. */
const decoys = `
  create table public.users (id integer);
  create table public.notifications (id integer);
  create table public.notification_emails_sent (id integer);
  create table public.user_privacy_settings (id integer)`

test('tables in another schema are adopted and used; those in public are not touched', async () => {
  const database = await makeHost({ schema, changes: decoys })
  const { db, url } = database
  const fresh = await addHostUser(db, 'fresh', { schema, unread: ['1 hour'] })
  await addHostUser(db, 'carried', { schema, unread: ['2 days'], mailed: '1 day' })
  const before = [await describeHost(db, schema), await describeHost(db), await indexesOf(db)]

  const { adopted, done } = await adoptDatabaseTables(url, { hostSchema: schema })

  expect(adopted).toBe(true)
  expect(done).toMatchObject({ indexes: 4, people: 1 })
  expect([await describeHost(db, schema), await describeHost(db), await indexesOf(db)]).toEqual(
    before,
  )
  expect(await applyMigrations(url, { hostSchema: schema })).toBe(0)

  const { run, mailbox } = await startService({ database, env: { HOST_SCHEMA: schema } })
  expect(await run()).toMatchObject({ status: 'completed', counts: { sent: 1, failed: 0 } })
  expect(mailbox.emails().map(email => email.to)).toEqual([[fresh.email]])
  const recorded = await db.execute(sql`
    select user_id from "Covers_App".notification_emails_sent
    where success and sent_at > (now() at time zone 'utc') - interval '10 minutes'`)
  expect([...recorded]).toEqual([{ user_id: fresh.id }])
  const { db: service, close } = connect(url, { hostSchema: schema })
  onTestFinished(close)
  expect(await changeSetting(service, fresh.id, false, 'api')).toMatchObject({
    notificationEmailsEnabled: false,
  })
  expect((await describeHost(db)).rows).toEqual(
    (before[1] as (typeof before)[0] & { rows: object }).rows,
  )
})

test('the commands use HOST_SCHEMA, even under the service’s own role', async () => {
  const database = await makeHost({ schema, changes: decoys })
  const { db } = database
  await addHostUser(db, 'fresh', { schema, unread: ['1 hour'] })
  const options = {
    cwd: await makeFolder(),
    env: { ...mailEnv(database, await openProvider()), HOST_SCHEMA: schema },
  }

  expect(await tidings(['adopt'], options)).toMatchObject({ code: 0 })
  const role = `covers_${new URL(database.url).pathname.slice(-8)}`
  await db.execute(sql.raw(`create role ${role} login password 'covers'`))
  await db.execute(sql.raw(grantStatements(role, schema).join('\n')))
  const url = new URL(database.url)
  url.username = role
  url.password = 'covers'
  const env = { ...options.env, DATABASE_URL: url.href }
  const ran = await tidings(['run', 'all', '--json'], { ...options, env })
  await db.execute(sql.raw(`drop owned by ${role}; drop role ${role}`))

  expect(ran.code).toBe(0)
  expect(JSON.parse(ran.stdout)).toMatchObject({ counts: { sent: 1 } })
})

test('Tidings creates no tables in another schema', async () => {
  const { url } = await createDatabase({ template: 'template0' })
  await expect(applyMigrations(url, { hostSchema: schema })).rejects.toThrow(HostTablesMissingError)
})
