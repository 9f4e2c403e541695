import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { notifications, recipients } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { evaluate } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import {
  accepted,
  claim,
  claimNow,
  endLease,
  record,
  rejected,
} from '../../support/service-parts.ts'

// `recipients` holds a copy: everything in it must have been carried for good.

const noAnswer = { kind: 'repeat', error: 'network: reset' } as const

async function cachedIds(db: Database, userId: string): Promise<string[]> {
  const [row] = await db.select().from(recipients).where(eq(recipients.userId, userId))
  return (row?.carriedIds ?? []).sort()
}

test('an accepted email caches its unread notifications, and those of earlier emails', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  const first = [await addNotification(db, userId), await addNotification(db, userId)]
  const batch = await claimNow(db, [userId])
  expect(await cachedIds(db, userId)).toEqual([])
  await record(db, batch, accepted(batch))
  expect(await cachedIds(db, userId)).toEqual([...first].sort())

  await db
    .update(notifications)
    .set({ isRead: true })
    .where(eq(notifications.id, first[0] ?? ''))
  const second = await addNotification(db, userId)
  const next = await claimNow(db, [userId])
  await record(db, next, accepted(next))
  expect(await cachedIds(db, userId)).toEqual([first[1] ?? '', second].sort())
  expect(await evaluate(db, userId)).toEqual(['nothing_new', 'nothing_outstanding'])
})

test('an accepted reminder caches only notifications that an email has announced', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  const announced = await addNotification(db, userId, { days: 20 })
  const batch = await claimNow(db, [userId])
  await record(db, batch, accepted(batch))
  await addNotification(db, userId, { days: 40 })
  await db.execute(`update tidings.recipients set carried_ids = null`)
  await db.execute(`update notification_emails_sent set sent_at = sent_at - interval '8 days'`)
  const reminder = await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
  await record(db, reminder, accepted(reminder))
  expect(await cachedIds(db, userId)).toEqual([announced])
})

test('of many notifications the newest are cached, and none of the others is emailed again', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  for (let day = 1; day <= 40; day += 1) await addNotification(db, userId, { days: day / 4 })
  const batch = await claimNow(db, [userId])
  await record(db, batch, accepted(batch))
  expect(await cachedIds(db, userId)).toHaveLength(32)
  expect(await evaluate(db, userId)).toEqual(['nothing_new', 'cooldown'])
})

test('a refused email caches nothing, so its notifications are due again', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId)
  const batch = await claimNow(db, [userId])
  await record(db, batch, rejected(batch))
  expect(await cachedIds(db, userId)).toEqual([])
  expect(await evaluate(db, userId)).toEqual(['due', 'new_notifications_due'])
})

test('the late acceptance of an email that was given up does not count for another in flight', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId)
  const unanswered = await claimNow(db, [userId])
  await record(db, unanswered, noAnswer)
  await endLease(db, unanswered.id)
  await db.execute(sql`
    update tidings.batches set frozen_at = now() - interval '24 hours' where id = ${unanswered.id}`)
  expect(await claim(db, unanswered.id)).toBeNull()
  await addNotification(db, userId)
  const other = await claimNow(db, [userId])

  await record(db, unanswered, accepted(unanswered))
  await record(db, other, rejected(other))

  expect(await evaluate(db, userId)).toEqual(['due', 'new_notifications_due'])
})
