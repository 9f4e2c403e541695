import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { waitForRun } from '../../src/core/runs/wait-for-run.ts'
import { createScan } from '../../src/core/scan/create-scan.ts'
import { createScanStore } from '../../src/db/scan/scan-store.ts'
import { notifications } from '../../src/db/schema.ts'
import { createDatabase } from '../support/database.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../support/host.ts'
import { openProvider, startService } from '../support/service.ts'

test('ten triggers at once email no user twice', async () => {
  const { app, db, mailbox } = await startService()
  const userIds = await addDueUsers(db, 250)

  const started = await Promise.all(
    Array.from({ length: 10 }, () => app.runs.start({ type: 'all', trigger: 'http' })),
  )
  await Promise.all(started.map(run => waitForRun(app.runs, run.id, { every: 20 })))

  expect(mailbox.count).toBe(userIds.length)
  expect(new Set(mailbox.emails().flatMap(email => email.to)).size).toBe(userIds.length)
  const attempts = await readAttempts(db)
  expect(attempts.filter(attempt => attempt.success)).toHaveLength(userIds.length)
})

test('two nodes with overlapping runs of several types email no user twice', async () => {
  const database = await createDatabase()
  const provider = await openProvider()
  const timing = { pageSize: 17 }
  const nodes = [
    await startService({ database, provider, timing }),
    await startService({ database, provider, timing }),
  ]
  const userIds = await addDueUsers(database.db, 150)

  const runs = await Promise.all(
    nodes.flatMap(({ run }) => [
      run({ type: 'all' }),
      run({ type: 'new_notifications' }),
      run({ type: 'outstanding_reminder' }),
      run({ userIds: userIds.slice(0, 60) }),
    ]),
  )

  expect(runs.every(run => run.status === 'completed')).toBe(true)
  expect(provider.mailbox.count).toBe(userIds.length)
})

test('a second run sends only newer notifications', async () => {
  const { db, mailbox, run } = await startService()
  const userId = await addUser(db)
  await addNotification(db, userId)
  await run()
  const late = await addNotification(db, userId, { title: 'Jonas replied to you' })

  const second = await run()

  expect(second.counts.sent).toBe(1)
  expect(mailbox.count).toBe(2)
  const [, newest] = await readAttempts(db, userId)
  expect(newest?.notificationIds).toEqual([late])
})

test('a notification that is committed after a newer email was accepted is still sent', async () => {
  const { db, run } = await startService()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 0.01 })
  await run()
  const committedLate = await addNotification(db, userId, { days: 1 })

  const second = await run()

  expect(second.counts.sent).toBe(1)
  const attempts = await readAttempts(db, userId)
  expect(attempts.map(attempt => attempt.notificationIds)).toContainEqual([committedLate])
})

test('there is no second reminder within the cool-down, but one after it', async () => {
  const { db, mailbox, run } = await startService()
  const userId = await addUser(db)
  const old = await addNotification(db, userId, { days: 40 })
  expect((await run()).counts.byType.outstanding_reminder.sent).toBe(1)
  expect((await run()).counts.skipped).toEqual({ cooldown: 1 })

  await db.execute(`update notification_emails_sent set sent_at = sent_at - interval '8 days'`)
  expect((await run()).counts.byType.outstanding_reminder.sent).toBe(1)

  expect(mailbox.count).toBe(2)
  const attempts = await readAttempts(db, userId)
  expect(attempts.map(attempt => attempt.notificationIds)).toEqual([[old], [old]])
})

test('a notification that is read before the claim is not sent', async () => {
  const { app, db, mailbox, config } = await startService({ env: { ROLE: 'api' } })
  const [reader] = await addDueUsers(db, 2)
  const started = await app.runs.start({ type: 'all', trigger: 'http' })
  // The result of a scan by a worker, before any batch is claimed.
  const jobs = { scan: async () => {}, startLater: async () => {}, deliver: async () => 0 }
  const scan = await createScan(
    createScanStore(db, { rules: config.rules, jobs, pageSize: 100 }),
    started.id,
  )
  expect(await scan?.nextPage()).toBe(false)
  await db
    .update(notifications)
    .set({ isRead: true })
    .where(eq(notifications.userId, reader ?? ''))

  const worker = await startService({
    database: { db, url: config.databaseUrl ?? '' },
    env: { ROLE: 'worker' },
  })
  const run = await waitForRun(worker.app.runs, started.id, { every: 20 })

  expect(run.counts).toMatchObject({ due: 2, sent: 1, skipped: { nothing_new: 1 } })
  expect(worker.mailbox.count).toBe(1)
  expect(mailbox.count).toBe(0)
})
