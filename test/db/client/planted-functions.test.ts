import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { connect } from '../../../src/db/client/connect.ts'
import { call, callCronRoute } from '../../support/client.ts'
import { makeFolder, tidings } from '../../support/command.ts'
import { createDatabase } from '../../support/database.ts'
import { addHostUser, makeHost } from '../../support/foreign-host.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import { mailEnv } from '../../support/mail.ts'
import { startPgBouncer } from '../../support/pgbouncer.ts'
import { hasRun, plantFunctions } from '../../support/plant.ts'
import {
  permanentBounce,
  postEvent,
  providerEvent,
  WEBHOOK_SECRET,
} from '../../support/provider-event.ts'
import { runMaintenance } from '../../support/run-maintenance.ts'
import { openProvider, startService } from '../../support/service.ts'
import { requireTool } from '../../support/tools.ts'

test('a connection without a pinned path would run the planted functions', async () => {
  const { db, ownerUrl } = await createDatabase()
  expect(await plantFunctions(db)).toBeGreaterThan(300)
  for (const query of [
    sql`select to_jsonb(array[gen_random_uuid()])`,
    sql`select unnest(array['a']::text[])`,
    sql`select array['a']::text[] && array['a']::text[]`,
  ]) {
    await expect(db.execute(query)).rejects.toMatchObject({ cause: { code: 'P0001' } })
    const pinned = connect(ownerUrl, { max: 1 })
    expect(await pinned.db.execute(query)).toHaveLength(1)
    await pinned.close()
  }
  expect(await hasRun(db)).toBe(true)
})

/** Runs every use of the service once, including all that its API offers. */
async function exercise(url: string, database: Awaited<ReturnType<typeof createDatabase>>) {
  const { db } = database
  const service = await startService({
    database: { db, url },
    env: { RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET, RETENTION_DAYS: '30' },
  })
  const [userId = ''] = await addDueUsers(db, 5)
  await addNotification(db, await addUser(db), { days: 10 })
  await addNotification(db, await addUser(db, { emailsEnabled: false }))
  expect(await service.run({ dryRun: true })).toMatchObject({ status: 'completed' })
  service.mailbox.setFault({ kind: 'status', status: 500, name: 'application_error', times: 1 })
  expect((await service.run()).counts).toMatchObject({ sent: 6, failed: 0 })
  await addDueUsers(db, 2)
  expect(await callCronRoute(service)).toMatchObject({ status: 200, json: { emailsSent: 2 } })
  const emailId = service.mailbox.emails()[0]?.id ?? ''
  for (const type of ['email.delivered', 'email.bounced'] as const) {
    const data = type === 'email.bounced' ? permanentBounce : {}
    expect((await postEvent(service, providerEvent(type, { emailId, data }))).status).toBe(200)
  }
  const { data } = (await call(service, '/v1/emails')).json
  for (const path of [
    '/health/ready',
    '/metrics',
    '/v1/runs',
    `/v1/users/${userId}/explain`,
    `/v1/users/${userId}/notification-settings`,
    `/v1/emails?userId=${userId}&error=x`,
    `/v1/emails/${data[0].id}`,
    `/v1/emails/stats?by=day&from=${new Date(Date.now() - 86_400_000).toISOString()}&to=${new Date().toISOString()}`,
    '/v1/emails/export?format=csv',
  ]) {
    expect((await call(service, path)).status, path).toBe(200)
  }
  const put = { method: 'PUT', json: { notificationEmailsEnabled: false } }
  const settings = `/v1/users/${userId}/notification-settings`
  expect((await call(service, settings, put)).status).toBe(200)
  const preview = { json: { type: 'new_notifications', userId } }
  expect([200, 409]).toContain((await call(service, '/v1/preview', preview)).status)
  await runMaintenance(db)
  await service.app.stop()
}

test('the service runs no planted function', async () => {
  const database = await createDatabase()
  await plantFunctions(database.db)
  await exercise(database.url, database)
  expect(await hasRun(database.db)).toBe(false)
})

test('the service runs no planted function behind a pooler in transaction mode', async context => {
  requireTool('pgbouncer')(context)
  const database = await createDatabase()
  await plantFunctions(database.db)
  const pooler = await startPgBouncer(database.url)
  await exercise(pooler.url, database)
  expect(await hasRun(database.db)).toBe(false)
})

test('no command runs a planted function', { timeout: 240_000 }, async () => {
  const database = await createDatabase()
  const { db } = database
  await plantFunctions(db)
  const provider = await openProvider()
  const cwd = await makeFolder()
  const env = mailEnv(database, provider)
  const [userId = '', other = ''] = await addDueUsers(db, 3)
  for (const args of [
    ['run', 'all', '--dry-run'],
    ['run', 'all'],
    ['explain', userId],
    ['settings', userId],
    ['settings', userId, 'off'],
    ['preview', 'new_notifications', '--sample', 'one'],
    ['audit', '--json'],
    ['compare', '--from', '7d'],
    ['resume'],
    ['grants', '--role', 'somebody'],
    ['erase', other, '--yes'],
  ]) {
    const { code, stderr } = await tidings(args, { cwd, env })
    expect({ args, code, stderr }).toMatchObject({ code: 0 })
  }
  const doctor = await tidings(['doctor', '--json'], { cwd, env })
  expect(doctor.stdout).not.toContain('planted')
  expect(await hasRun(db)).toBe(false)
})

test('neither adopt nor migrate runs a planted function as the owner', {
  timeout: 240_000,
}, async () => {
  const host = await makeHost()
  const { db, ownerUrl } = host
  await addHostUser(db, 'ada', { unread: ['1 hour'], mailed: '2 hours' })
  await plantFunctions(db)
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: ownerUrl } }
  for (const args of [['adopt', '--dry-run'], ['adopt'], ['adopt'], ['migrate']]) {
    const { code, stderr } = await tidings(args, options)
    expect({ args, code, stderr }).toMatchObject({ code: 0 })
  }
  const [carried] = await db.execute(sql`select from tidings.recipients`)
  expect(carried).toBeDefined()
  expect(await hasRun(db)).toBe(false)
})
