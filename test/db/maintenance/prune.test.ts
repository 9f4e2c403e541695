import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { runMaintenance } from '../../../src/core/maintenance/run-maintenance.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { pruneBodies } from '../../../src/db/maintenance/prune-bodies.ts'
import { pruneClaims } from '../../../src/db/maintenance/prune-claims.ts'
import { pruneEvents } from '../../../src/db/maintenance/prune-events.ts'
import { pruneShadowEmails } from '../../../src/db/maintenance/prune-shadow-emails.ts'
import { readUserData } from '../../../src/db/recipients/read-user-data.ts'
import { batches, claims, events, notifications, shadowEmails } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../../support/host.ts'
import { startService } from '../../support/service.ts'
import { accepted, claimNow, readBatch, record } from '../../support/service-parts.ts'

const rules = { newMaxAgeDays: 30, outstandingAfterDays: 3, reminderCooldownDays: 7 }

const neverRefused = () => expect.unreachable()

async function prune(db: Database, pageSize: number): Promise<number> {
  let deleted = 0
  for await (const rows of pruneClaims(db, rules, pageSize)) deleted += rows
  return deleted
}

test('claims are deleted with their notifications, or if these are read and too old to be new', async () => {
  const { db, run } = await startService()
  const user = await addUser(db)
  const [gone, readOld, readYoung, unreadOld] = [
    await addNotification(db, user),
    await addNotification(db, user),
    await addNotification(db, user),
    await addNotification(db, user),
  ]
  await run()
  await db.delete(notifications).where(eq(notifications.id, gone))
  const old = new Date(Date.now() - 61 * 86_400_000)
  await db
    .update(notifications)
    .set({ isRead: true, createdAt: old })
    .where(eq(notifications.id, readOld))
  await db.update(notifications).set({ isRead: true }).where(eq(notifications.id, readYoung))
  await db.update(notifications).set({ createdAt: old }).where(eq(notifications.id, unreadOld))

  expect(await prune(db, 1)).toBe(2)
  expect(await prune(db, 100)).toBe(0)

  const left = (await db.select().from(claims)).map(claim => claim.notificationId)
  expect(left.sort()).toEqual([readYoung, unreadOld].sort())
  expect(await readAttempts(db)).toHaveLength(1)
})

test('a notification marked as unread after the pruning is not emailed twice', async () => {
  const { db, mailbox, run } = await startService()
  const user = await addUser(db)
  const id = await addNotification(db, user, { days: 1 })
  await run()
  await db.update(notifications).set({ isRead: true }).where(eq(notifications.id, id))
  await prune(db, 100)
  await db.update(notifications).set({ isRead: false }).where(eq(notifications.id, id))

  await run()

  expect(mailbox.count).toBe(1)
})

test('the claims of a delivery in flight are kept', async () => {
  const { db, mailbox, app } = await startService({
    timing: { request: 500, shutdownTimeout: 500 },
  })
  const user = await addUser(db)
  const id = await addNotification(db, user)
  mailbox.setFault({ kind: 'hang' })
  await app.runs.start({ type: 'all', trigger: 'http' })
  await expect.poll(() => mailbox.stats().held).toBe(1)
  await db.delete(notifications).where(eq(notifications.id, id))

  expect(await prune(db, 100)).toBe(0)
  expect(await db.select().from(claims)).toHaveLength(1)
  mailbox.setFault(null)
})

test('delivery events are kept for 90 days', async () => {
  const { db } = await createDatabase()
  const event = (days: number) => ({
    id: randomUUID(),
    providerId: randomUUID(),
    type: 'email.delivered',
    happenedAt: new Date(),
    receivedAt: new Date(Date.now() - days * 86_400_000),
  })
  await db.insert(events).values([event(91), event(92), event(93), event(89), event(0)])

  const deleted = await runMaintenance(
    [{ what: 'events', steps: () => pruneEvents(db, 2) }],
    new AbortController().signal,
    neverRefused,
  )

  expect(deleted).toEqual({ events: 3 })
  expect(await db.select({ count: sql`count(*)::int` }).from(events)).toEqual([{ count: 2 }])
})

test('contents are kept for 30 days, and longer while they may be sent again', async () => {
  const { db } = await createDatabase()
  const age = async (batchId: string, days: number) =>
    db
      .update(batches)
      .set({ frozenAt: new Date(Date.now() - days * 86_400_000) })
      .where(eq(batches.id, batchId))
  const ids: string[] = []
  for (const days of [31, 32, 33, 29]) {
    const batch = await claimNow(db, await addDueUsers(db, 1))
    await record(db, batch, accepted(batch))
    await age(batch.id, days)
    ids.push(batch.id)
  }
  const open = await claimNow(db, await addDueUsers(db, 1))
  await age(open.id, 40)

  const deleted = await runMaintenance(
    [{ what: 'bodies', steps: () => pruneBodies(db, 2) }],
    new AbortController().signal,
    neverRefused,
  )

  expect(deleted).toEqual({ bodies: 3 })
  const kept = await Promise.all([...ids, open.id].map(async id => (await readBatch(db, id)).body))
  expect(kept.map(body => body !== null)).toEqual([false, false, false, true, true])
})

test('a stop takes effect after the current step', async () => {
  const stopping = new AbortController()
  const seen: number[] = []
  async function* steps() {
    for (const step of [1, 2, 3]) {
      seen.push(step)
      if (step === 2) stopping.abort()
      yield 10
    }
  }
  const deleted = await runMaintenance(
    [
      { what: 'rows', steps },
      { what: 'more', steps },
    ],
    stopping.signal,
    neverRefused,
  )
  expect(deleted).toEqual({ rows: 20 })
  expect(seen).toEqual([1, 2])
})

test('planned shadow emails are kept while a rule needs them, and included in the user’s data', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)
  const planned = (days: number) => ({
    userId,
    runId: randomUUID(),
    emailType: 'new_notifications' as const,
    notificationIds: [randomUUID()],
    plannedAt: daysAgo(days),
  })
  await db.insert(shadowEmails).values([planned(61), planned(62), planned(59)])

  const deleted: number[] = []
  for await (const rows of pruneShadowEmails(db, rules, 1)) deleted.push(rows)

  expect(deleted).toEqual([1, 1, 0])
  const { shadowEmails: exported } = await readUserData(db, userId)
  expect(exported).toMatchObject([{ user_id: userId, email_type: 'new_notifications' }])
})
