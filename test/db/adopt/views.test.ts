import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { runDatabaseChecks } from '../../../src/app/check-database.ts'
import { describeError } from '../../../src/cli/describe-error.ts'
import { adoptDatabaseTables } from '../../../src/db/adopt/adopt.ts'
import { inspectHost } from '../../../src/db/adopt/inspect-host.ts'
import { grantStatements } from '../../../src/db/migrate/grants.ts'
import { eraseUser } from '../../../src/db/recipients/erase-user.ts'
import { pageEnd } from '../../../src/db/scan/find-page-end.ts'
import { installQueue } from '../../../src/queue/install-queue.ts'
import { call } from '../../support/client.ts'
import { addHostUser, describeHost, makeHost } from '../../support/foreign-host.ts'
import { startService } from '../../support/service.ts'

/** The tables of an application with other names, and views that adapt them. */
const adapter = `
  alter table users rename to accounts;
  alter table accounts rename userid to id;
  create view users as
    select id as userid, email, username, public_display_name, created_at from accounts;
  alter table notifications rename to news;
  create view notifications as
    select id, user_id, type::text as type, title, message, metadata, read_at is not null as is_read,
      is_deleted, created_at from news;
  create index news_unread on news (user_id, created_at, id)
    where not (read_at is not null) and not is_deleted`

test('an index on the table below a view serves the scan', async () => {
  const { db } = await makeHost({ changes: adapter })
  const plan = await db.transaction(async tx => {
    await tx.execute('set local enable_seqscan = off')
    await tx.execute('set local enable_sort = off')
    return tx.execute(sql`explain ${pageEnd(null, 100)}`)
  })
  expect(JSON.stringify(plan)).toContain('using news_unread')
})

test('what a view lacks is reported without an ALTER TABLE', async () => {
  const { db } = await makeHost({
    changes: `alter table users rename to accounts;
      create view users as select userid, email, 1 as username, created_at from accounts`,
  })
  const { findings } = await inspectHost(db, 'public')
  expect(findings.filter(({ fit }) => fit === 'impossible')).toMatchObject([
    { column: 'username', aspect: 'type', note: 'Tidings reads it: change the view' },
    { column: 'public_display_name', aspect: 'column', note: 'Tidings reads it: change the view' },
  ])
  expect(findings.filter(({ fix }) => fix)).toEqual([])
})

test('users and notifications may be views, also for the service’s own role', async () => {
  const { db, url } = await makeHost({ changes: adapter })
  const role = `reader_${randomUUID().slice(0, 8)}`
  const mara = await addHostUser(db, 'mara')
  const jo = await addHostUser(db, 'jo', { mailed: '1 day' })
  const kim = await addHostUser(db, 'kim')
  await db.execute(sql`
    insert into news (user_id, type, title, message, created_at, read_at) values
      (${mara.id}, 'comment_received', 'New', 'x', now() - interval '1 hour', null),
      (${jo.id}, 'comment_received', 'Carried', 'x', now() - interval '2 days', null),
      (${kim.id}, 'comment_received', 'Read', 'x', now() - interval '1 hour', now())`)
  const before = await describeHost(db)

  const { adopted, report } = await adoptDatabaseTables(url)

  expect(adopted).toBe(true)
  expect(report.findings.filter(({ column, fit }) => !column && fit === 'differs')).toMatchObject([
    { table: 'users', found: 'a view', note: expect.stringMatching(/docs\/adopt\.md/) },
    { table: 'notifications', found: 'a view' },
  ])
  await installQueue(url)
  await db.execute(`create role ${role} login password 'x'`)
  try {
    await db.execute(grantStatements(role, 'public').join('\n'))
    const roleUrl = Object.assign(new URL(url), { username: role, password: 'x' }).href
    const service = await startService({ database: { db, url: roleUrl } })
    expect(await service.run()).toMatchObject({
      status: 'completed',
      counts: { scanned: 2, sent: 1 },
    })
    expect(service.mailbox.emails().flatMap(({ to }) => to)).toEqual([mara.email])
    expect(await service.run()).toMatchObject({ counts: { sent: 0 } })

    const user = `/v1/users/${mara.id}`
    const off = { method: 'PUT', json: { notificationEmailsEnabled: false } }
    const replies = [
      await call(service, `${user}/explain`),
      await call(service, `${user}/notification-settings`, off),
      await call(service, `/v1/emails?userId=${mara.id}`),
    ]
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await eraseUser(db, mara.id, { rows: true, suppression: false })).toMatchObject({
      rows: 1,
    })

    const findings = await runDatabaseChecks(
      { url: roleUrl, config: service.config, isEmbedded: false },
      { limitMs: 15_000, describeError, onBegin: () => {}, onDone: () => {} },
    )
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([])
    await service.app.stop()
  } finally {
    await db.execute(`drop owned by ${role}; drop role ${role}`)
  }
  expect((await describeHost(db)).columns).toEqual(before.columns)
})
