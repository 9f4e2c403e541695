import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createScan } from '../../../src/core/scan/create-scan.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { findRun } from '../../../src/db/runs/read-runs.ts'
import { createScanStore } from '../../../src/db/scan/scan-store.ts'
import {
  notificationEmailsSent,
  shadowEmails,
  userPrivacySettings,
} from '../../../src/db/schema.ts'
import { readSendingPause } from '../../../src/db/send/read-provider-account.ts'
import { lockShadowPlanning, planShadowEmails } from '../../../src/db/shadow/plan-emails.ts'
import { call, callCronRoute } from '../../support/client.ts'
import { concurrentDatabase } from '../../support/concurrency.ts'
import { createDatabase } from '../../support/database.ts'
import { addEmail } from '../../support/evaluate.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../../support/host.ts'
import {
  openProvider,
  type Service,
  type ServiceOptions,
  startService,
} from '../../support/service.ts'
import {
  addRun,
  claim,
  createJobs,
  endLease,
  planBatch,
  readBatch,
  rules,
} from '../../support/service-parts.ts'
import { signIn } from '../../support/signed-in.ts'

const inShadow = (options: ServiceOptions = {}) =>
  startService({ ...options, env: { SHADOW: 'true', ...options.env } })

const plannedFor = (db: Database, userId: string) =>
  db.select().from(shadowEmails).where(eq(shadowEmails.userId, userId))

/** Waits until every job that would send has been processed. */
async function settle({ db }: Service): Promise<void> {
  await expect
    .poll(
      async () => {
        const [row] = await db.execute<{ jobs: number }>(sql`
          select count(*)::int as jobs from pgboss.job where state < 'completed'
            and name = 'deliver'`)
        return row?.jobs
      },
      { timeout: 10_000 },
    )
    .toBe(0)
}

test('a run of any trigger sends nothing, and writes each email that it would have sent once', async () => {
  const service = await inShadow({ timing: { pageSize: 50 } })
  const { db, mailbox, run } = service
  const userIds = await addDueUsers(db, 120)
  const late = await addUser(db)
  const old = await addNotification(db, late, { days: 40 })

  const cron = await callCronRoute(service)
  expect(cron).toMatchObject({ status: 200, json: { success: true, emailsSent: 0 } })
  expect(cron.json.message).toBe(
    'Nothing is sent in shadow (SHADOW=true); 121 notification emails would have been sent',
  )
  const [first = ''] = userIds
  const [planned] = await plannedFor(db, first)
  expect(planned).toMatchObject({ emailType: 'new_notifications' })
  expect(planned?.notificationIds).toHaveLength(1)
  expect(await plannedFor(db, late)).toMatchObject([
    { emailType: 'outstanding_reminder', notificationIds: [old] },
  ])

  // Emails planned by one shadow run count as sent in the others, even at the same time.
  const runs = await Promise.all([
    run(),
    run({ type: 'new_notifications' }),
    run({ userIds }),
    run({ trigger: 'schedule' }),
  ])
  for (const again of runs) {
    expect(again).toMatchObject({ dryRun: true, shadow: true, counts: { due: 0, sent: 0 } })
  }
  const fresh = await addNotification(db, first, { days: 0 })
  expect((await call(service, '/v1/runs', { json: { type: 'all' } })).json).toMatchObject({
    dryRun: true,
    shadow: true,
  })
  await expect.poll(async () => (await plannedFor(db, first)).length, { timeout: 10_000 }).toBe(2)
  const ids = (await plannedFor(db, first)).map(of => of.notificationIds)
  expect(ids.flat().filter(id => id === fresh)).toHaveLength(1)
  expect(new Set(ids.flat()).size).toBe(2)

  await settle(service)
  expect(mailbox.count).toBe(0)
  expect(await readAttempts(db)).toEqual([])
}, 30_000)

test('a scanning run waits for another that plans, and no user is planned twice', async () => {
  const { db, outside } = await concurrentDatabase()
  const userIds = await addDueUsers(outside, 3)
  const { jobs } = createJobs()
  const fields = { dryRun: true, shadow: true, scanDone: false, userIds: null }
  const [other, runId] = [await addRun(db, fields), await addRun(db, fields)]
  const { scanning } = await outside.transaction(async tx => {
    await lockShadowPlanning(tx)
    const page = { batches: [{ emailType: 'new_notifications' as const, userIds }] }
    const remainder = { new_notifications: [], outstanding_reminder: [] }
    await planShadowEmails(tx, other, { ...page, remainder }, rules, { since: sql`now()` })
    const scan = await createScan(createScanStore(db, { rules, jobs, pageSize: 100 }), runId)
    const scanning = scan?.nextPage()
    await expect
      .poll(
        async () => {
          const [row] = await db.execute<{ waiting: number }>(sql`
            select count(*)::int as waiting from pg_stat_activity
            where datname = current_database() and wait_event = 'advisory'`)
          return row?.waiting
        },
        { timeout: 10_000 },
      )
      .toBe(1)
    return { scanning }
  })
  await scanning
  expect((await findRun(db, runId))?.counts.due).toBe(0)
  expect(await db.select().from(shadowEmails)).toHaveLength(3)
})

test('it evaluates the rules as if only Tidings had sent emails since the shadow began', async () => {
  const { db, run } = await inShadow()
  const [before, beside, reminded] = [await addUser(db), await addUser(db), await addUser(db)]
  await addNotification(db, before, { days: 1 })
  await addEmail(db, before, { days: 0.5 })
  await run()
  expect(await plannedFor(db, before)).toEqual([])

  const id = await addNotification(db, beside, { days: 0.1 })
  await addNotification(db, reminded, { days: 40 })
  const now = { days: 0, emailType: 'outstanding_reminder' } as const
  await addEmail(db, beside, { days: 0 })
  await addEmail(db, reminded, now)
  await run()
  expect(await plannedFor(db, beside)).toMatchObject([{ notificationIds: [id] }])
  expect(await plannedFor(db, reminded)).toMatchObject([{ emailType: 'outstanding_reminder' }])

  // A dry run shows what a real run would do: for it the old mailer's emails count.
  const dry = await run({ dryRun: true })
  expect(dry).toMatchObject({ dryRun: true, shadow: false, counts: { due: 0 } })
})

test('a run for one user sends nothing either, and the answer says why', async () => {
  const service = await inShadow()
  const [userId = ''] = await addDueUsers(service.db, 1)
  const path = `/v1/users/${userId}/emails`
  const reply = await call(service, path, { json: { type: 'new_notifications' } })
  expect(reply).toMatchObject({ status: 409, json: { code: 'shadow' } })
  expect(reply.json.verdicts.new_notifications.due).toBe(true)
  expect((await call(service, '/v1/runs')).json.data).toEqual([])
})

test('an email in flight waits, and is sent under the same key after the shadow', async () => {
  const database = await createDatabase()
  const { db } = database
  const provider = await openProvider()
  const [frozen, planned] = [await addDueUsers(db, 2), await addDueUsers(db, 3)]
  const [frozenId, plannedId] = [await planBatch(db, frozen), await planBatch(db, planned)]
  await claim(db, frozenId)
  await endLease(db, frozenId)
  const before = await readBatch(db, frozenId)

  const service = await inShadow({ database, provider })
  // Jobs from before the shadow, and requests besides sending.
  await db.transaction(async tx => {
    for (const batchId of [frozenId, plannedId]) {
      await tx.execute(sql`
        insert into pgboss.job (name, data) values ('deliver',
          ${JSON.stringify({ batchId, runId: before.runId })}::jsonb)`)
    }
  })
  await service.run()
  await settle(service)
  expect(await readBatch(db, frozenId)).toEqual(before)
  expect((await readBatch(db, plannedId)).state).toBe('planned')
  expect(provider.mailbox.count).toBe(0)
  expect(await service.app.runs.find(before.runId)).toMatchObject({
    status: 'running',
    paused: { reason: expect.stringContaining('SHADOW') },
  })
  await service.app.stop()

  await startService({ database, provider })
  await expect.poll(() => provider.mailbox.count, { timeout: 15_000 }).toBe(5)
  const keys = new Set(provider.mailbox.emails().map(email => email.key))
  expect(keys).toEqual(new Set([frozenId, plannedId]))
}, 40_000)

test('the provider gets no probe either', async () => {
  const { db, app } = await inShadow()
  await db.execute(sql`
    update tidings.lanes set stopped_reason = 'invalid_api_key: no', stopped_until = 'probe',
      stopped_at = now(), probe_at = now() - interval '1 minute'`)
  const hour = new Date(Date.now() - 3_600_000)
  const left = { dryRun: true, shadow: true, status: 'queued', scanDone: false } as const
  const runId = await addRun(db, { ...left, createdAt: hour })
  // The rescuer, which would have asked, has run.
  await expect
    .poll(async () => (await app.runs.find(runId))?.status, { timeout: 10_000 })
    .toBe('completed')
  expect((await readSendingPause(db))?.stopped).toBe(true)
})

test('after the shadow, its planned emails do not count, and those of the old mailer do', async () => {
  const database = await createDatabase()
  const { db } = database
  const shadow = await inShadow({ database })
  const [missed = '', emailed = ''] = await addDueUsers(db, 2)
  await shadow.run()
  await addEmail(db, emailed, { days: 0 })
  await shadow.app.stop()

  const service = await startService({ database })
  const { counts } = await service.run()
  expect(counts).toMatchObject({ due: 1, sent: 1 })
  const sent = await readAttempts(db, missed)
  expect(sent).toMatchObject([{ success: true }])
}, 30_000)

test('the dashboard says so on its first page, and offers no sending', async () => {
  const service = await inShadow()
  const [userId = ''] = await addDueUsers(service.db, 1)
  await service.run()
  const headers = { cookie: await signIn(service) }
  const read = async (path: string) => (await fetch(service.app.url + path, { headers })).text()
  const now = await read('/')
  expect(now).toContain('In shadow')
  expect(now).toContain('<span class="tag">shadow run</span>')
  expect(now).not.toContain('Email all users')
  expect(now).toContain('no dry run yet')
  expect(await read(`/people/${userId}`)).not.toContain('Send now')
})

test('a user who switched emails off is not planned', async () => {
  const { db, run } = await inShadow()
  const [userId = ''] = await addDueUsers(db, 1)
  await db.insert(userPrivacySettings).values({ userId, notificationEmailsEnabled: false })
  expect((await run()).counts.skipped).toEqual({ opted_out: 1 })
  expect(await plannedFor(db, userId)).toEqual([])
  expect(await db.select().from(notificationEmailsSent)).toEqual([])
})
