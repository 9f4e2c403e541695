import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { findRun } from '../../../src/db/runs/read-runs.ts'
import { notifications, suppressions, userPrivacySettings, users } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addEmail } from '../../support/evaluate.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../../support/host.ts'
import {
  accepted,
  addRun,
  claim,
  claimNow,
  emailsOf,
  planBatch,
  record,
  rejected,
} from '../../support/service-parts.ts'

/**
 * Plans a batch of two, changes something for the first user and claims it. Resolves to the reasons
 * why the first got no email.
 */
async function claimAfter(event: (db: Database, userId: string) => Promise<unknown>) {
  const { db } = await createDatabase()
  const userIds = await addDueUsers(db, 2)
  const [changed = '', other = ''] = userIds
  const runId = await addRun(db)
  const batchId = await planBatch(db, userIds, { runId })
  await event(db, changed)
  const before = await readAttempts(db, changed)

  const batch = await claim(db, batchId)

  const emails = emailsOf(batch)
  expect(emails.map(({ to }) => to)).toEqual([[`${other}@example.com`]])
  expect(await readAttempts(db, changed)).toEqual(before)
  const run = await findRun(db, runId)
  expect(run?.counts.byType.new_notifications.skipped).toEqual(run?.counts.skipped)
  return run?.counts.skipped
}

const change = (fields: Partial<typeof notifications.$inferInsert>) => {
  return (db: Database, userId: string) =>
    db.update(notifications).set(fields).where(eq(notifications.userId, userId))
}

test('a read notification is not emailed', async () => {
  expect(await claimAfter(change({ isRead: true }))).toEqual({ nothing_new: 1 })
})

test('a deleted notification is not emailed', async () => {
  expect(await claimAfter(change({ isDeleted: true }))).toEqual({ nothing_new: 1 })
})

test('a user who has switched emails off gets none', async () => {
  const skipped = await claimAfter((db, userId) =>
    db.insert(userPrivacySettings).values({ userId, notificationEmailsEnabled: false }),
  )
  expect(skipped).toEqual({ opted_out: 1 })
})

test('a user whose address has bounced gets no email', async () => {
  const skipped = await claimAfter((db, userId) =>
    db.insert(suppressions).values({ address: `${userId}@example.com`, reason: 'bounced' }),
  )
  expect(skipped).toEqual({ suppressed: 1 })
})

test('a deleted user gets no email', async () => {
  const skipped = await claimAfter((db, userId) => db.delete(users).where(eq(users.userid, userId)))
  expect(skipped).toEqual({ unknown_user: 1 })
})

test('a user gets no second email while another run sends one, or after it has', async () => {
  const taken = await claimAfter((db, userId) => claimNow(db, [userId]))
  expect(Object.values(taken ?? {})).toEqual([1])
  const emailed = await claimAfter(async (db, userId) => {
    const batch = await claimNow(db, [userId])
    await record(db, batch, accepted(batch))
  })
  expect(emailed).toEqual({ nothing_new: 1 })
})

test('a user who got an email from the old mailer meanwhile gets none', async () => {
  const emailed = await claimAfter((db, userId) => addEmail(db, userId, { days: 0 }))
  expect(emailed).toEqual({ nothing_new: 1 })
  const named = await claimAfter(async (db, userId) => {
    const [one] = await db.select().from(notifications).where(eq(notifications.userId, userId))
    await addEmail(db, userId, { days: 0.5, notificationIds: [one?.id ?? ''] })
  })
  expect(named).toEqual({ nothing_new: 1 })
})

test('a notification newer than the old mailer’s last email is emailed', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 1 })
  const batchId = await planBatch(db, [userId])
  await addEmail(db, userId, { days: 0.5 })
  const late = await addNotification(db, userId, { days: 0.2 })

  const batch = await claim(db, batchId)

  expect(batch?.size).toBe(1)
  const attempts = await readAttempts(db, userId)
  expect(attempts.map(of => of.notificationIds)).toEqual([null, [late]])
})

test('notifications that stay unread are emailed without those read meanwhile', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  const read = await addNotification(db, userId)
  const unread = await addNotification(db, userId)
  const batchId = await planBatch(db, [userId])
  await db.update(notifications).set({ isRead: true }).where(eq(notifications.id, read))

  const batch = await claim(db, batchId)

  expect(JSON.stringify(emailsOf(batch))).not.toContain(read)
  expect(await readAttempts(db, userId)).toMatchObject([{ notificationIds: [unread] }])
})

test('a notification that arrives before the claim is included', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  const early = await addNotification(db, userId, { days: 1 })
  const batchId = await planBatch(db, [userId])
  const late = await addNotification(db, userId, { days: 0 })
  await claim(db, batchId)
  expect(await readAttempts(db, userId)).toMatchObject([{ notificationIds: [late, early] }])
})

test('a reminder is dropped if a new notification has arrived', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 40 })
  const runId = await addRun(db)
  const batchId = await planBatch(db, [userId], { emailType: 'outstanding_reminder', runId })
  await addNotification(db, userId)
  expect(await claim(db, batchId)).toBeNull()
  const run = await findRun(db, runId)
  expect(run?.counts.skipped).toEqual({ new_notifications_due: 1 })
})

test('an email that was refused may be sent again in the same run', async () => {
  const { db } = await createDatabase()
  const userIds = await addDueUsers(db, 1)
  const runId = await addRun(db)
  const first = await claimNow(db, userIds, { runId })
  await record(db, first, rejected(first))
  const second = await claimNow(db, userIds, { runId })
  await record(db, second, accepted(second))
  const run = await findRun(db, runId)
  expect(run?.counts).toMatchObject({ sent: 1, failed: 1 })
})
