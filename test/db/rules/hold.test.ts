import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createScan } from '../../../src/core/scan/create-scan.ts'
import { followUpTime } from '../../../src/core/scan/follow-up-time.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { changePreferences } from '../../../src/db/recipients/change-preferences.ts'
import { findRun } from '../../../src/db/runs/read-runs.ts'
import { createScanStore } from '../../../src/db/scan/scan-store.ts'
import { preferences, runs, userPrivacySettings } from '../../../src/db/schema.ts'
import { compareShadow } from '../../../src/db/shadow/compare.ts'
import { createDatabase } from '../../support/database.ts'
import { addEmail, evaluate } from '../../support/evaluate.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import { openQueueClient, readJobs, until } from '../../support/jobs.ts'
import { openProvider, startService } from '../../support/service.ts'
import {
  addRun,
  claim,
  claimNow,
  createJobs,
  endLease,
  planBatch,
  rules,
} from '../../support/service-parts.ts'

const HOUR_MS = 3_600_000
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS)

const pause = (db: Database, userId: string, hours: number) =>
  changePreferences(db, userId, { pausedUntil: inHours(hours) }, 'api')

/** Moves the end of all pauses to now. */
const endPauses = (db: Database) => db.update(preferences).set({ pausedUntil: sql`now()` })

test('a pause holds both types until it ends by itself, and only users who would be emailed', async () => {
  const { db } = await createDatabase()
  const [fresh = '', off = ''] = await addDueUsers(db, 2)
  const [old, idle] = [await addUser(db), await addUser(db)]
  await addNotification(db, old, { days: 40 })
  await db.insert(userPrivacySettings).values({ userId: off, notificationEmailsEnabled: false })
  for (const userId of [fresh, off, old, idle]) await pause(db, userId, 1)
  expect(await evaluate(db, fresh)).toEqual(['paused', 'paused'])
  expect(await evaluate(db, old)).toEqual(['nothing_new', 'paused'])
  expect(await evaluate(db, off)).toEqual(['opted_out', 'opted_out'])
  expect(await evaluate(db, idle)).toEqual(['nothing_new', 'nothing_outstanding'])
  await endPauses(db)
  expect(await evaluate(db, fresh)).toEqual(['due', 'new_notifications_due'])
  expect(await evaluate(db, old)).toEqual(['nothing_new', 'due'])
})

test('a pause after the scan holds at the claim; a frozen request is never held', async () => {
  const { db } = await createDatabase()
  const [held = '', other = '', frozen = ''] = await addDueUsers(db, 3)
  const runId = await addRun(db)
  const planned = await planBatch(db, [held, other], { runId })
  const { id } = await claimNow(db, [frozen])
  for (const userId of [held, frozen]) await pause(db, userId, 1)

  expect((await claim(db, planned))?.size).toBe(1)
  expect((await findRun(db, runId))?.counts.skipped).toEqual({ paused: 1 })
  await endLease(db, id)
  expect(await claim(db, id)).toMatchObject({ id, attempt: 2, size: 1 })

  // Nothing was claimed for the held user.
  await endPauses(db)
  expect((await claimNow(db, [held])).size).toBe(1)
})

test('a shadow comparison names the pause', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  await addEmail(db, userId, { days: 0.01 })
  await pause(db, userId, 1)
  const options = { from: inHours(-24), to: inHours(1), rules, limit: null }
  const { onlyOld } = (await compareShadow(db, options)).types.new_notifications
  expect(onlyOld.people).toMatchObject([{ userId, why: 'Tidings: paused emails for a while' }])
})

test('a scan asks for one run, after the first hold of its type; a dry run for none', async () => {
  const { db } = await createDatabase()
  const [later = '', first = '', due = ''] = await addDueUsers(db, 3)
  const reminded = await addUser(db)
  await addNotification(db, reminded, { days: 40 })
  for (const [userId, hours] of [
    [later, 50],
    [first, 30],
    [reminded, 10],
  ] as const) {
    await pause(db, userId, hours)
  }
  const scan = async (fields: Partial<typeof runs.$inferInsert>) => {
    const { jobs, delayed } = createJobs()
    const runId = await addRun(db, { scanDone: false, userIds: null, ...fields })
    // Several pages, so that the end of the first hold must outlive its page.
    const open = () => createScan(createScanStore(db, { rules, jobs, pageSize: 1 }), runId)
    const begun = await open()
    await begun?.nextPage()
    await begun?.end()
    const resumed = await open()
    while (await resumed?.nextPage());
    await resumed?.end()
    await db.update(runs).set({ status: 'completed' }).where(eq(runs.id, runId))
    return delayed.map(({ type, at }) => [type, Math.round((at.getTime() - Date.now()) / HOUR_MS)])
  }
  expect(await scan({ type: 'all' })).toEqual([['all', 10]])
  expect(await scan({ type: 'new_notifications' })).toEqual([['new_notifications', 30]])
  expect(await scan({ dryRun: true })).toEqual([])
  expect(await scan({ dryRun: true, shadow: true })).toEqual([['all', 10]])
  expect(await scan({ userIds: [due, later] })).toEqual([['all', 50]])
  await endPauses(db)
  expect(await scan({ type: 'all' })).toEqual([])
})

test('the run for the end of a hold starts after it, at a full five minutes', () => {
  const times = ['2026-12-01T08:00:00.000Z', '2026-12-01T08:04:59.999Z', '2026-12-01T08:05:00Z']
  expect(times.map(time => followUpTime(new Date(time)).toISOString().slice(11, 16))).toEqual([
    '08:05',
    '08:05',
    '08:10',
  ])
})

const DELAYED = 'delayed-run'

test('an email leaves by itself after the pause, also if the service was restarted', async () => {
  const database = await createDatabase()
  const { db } = database
  const provider = await openProvider()
  const [userId = ''] = await addDueUsers(db, 1)
  // A schedule that never comes while the test runs.
  const options = { database, provider, env: { SCHEDULE: '0 0 29 2 *' } }
  const before = await startService(options)
  await pause(db, userId, 24)
  expect((await before.run()).counts.skipped).toEqual({ paused: 1 })
  await before.run()
  expect(await readJobs(db, DELAYED)).toMatchObject([{ state: 'created' }])
  await before.app.stop()
  expect(provider.mailbox.count).toBe(0)

  // A day later.
  await endPauses(db)
  await db.execute(sql`
    update pgboss.job set start_after = start_after - interval '25 hours' where name = ${DELAYED}`)
  await startService(options)
  await until(async () => expect(provider.mailbox.count).toBe(1))
  const [run] = await db.select().from(runs).where(eq(runs.trigger, 'schedule'))
  expect(run).toMatchObject({ type: 'all', userIds: null, dryRun: false })
})

test('without a schedule no run starts by itself', async () => {
  const { db, url, run } = await startService()
  const queue = await openQueueClient(url)
  await queue.send(DELAYED, { type: 'all' })
  await until(async () =>
    expect(await readJobs(db, DELAYED)).toMatchObject([{ state: 'completed' }]),
  )
  expect(await db.select().from(runs)).toEqual([])
  expect((await run()).counts.scanned).toBe(0)
})
