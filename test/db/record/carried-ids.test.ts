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

// What `recipients` remembers is a copy: whatever is in it must have been carried, for good.

const noAnswer = { kind: 'repeat', error: 'network: reset' } as const

async function remembered(db: Database, userId: string): Promise<string[]> {
  const [row] = await db.select().from(recipients).where(eq(recipients.userId, userId))
  return (row?.carriedIds ?? []).sort()
}

test('once an email is accepted, its person is known to have what is unread of it, and of those before', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  const first = [await addNotification(db, userId), await addNotification(db, userId)]
  const batch = await claimNow(db, [userId])
  expect(await remembered(db, userId)).toEqual([])
  await record(db, batch, accepted(batch))
  expect(await remembered(db, userId)).toEqual([...first].sort())

  await db
    .update(notifications)
    .set({ isRead: true })
    .where(eq(notifications.id, first[0] ?? ''))
  const second = await addNotification(db, userId)
  const next = await claimNow(db, [userId])
  await record(db, next, accepted(next))
  expect(await remembered(db, userId)).toEqual([first[1] ?? '', second].sort())
  expect(await evaluate(db, userId)).toEqual(['nothing_new', 'nothing_outstanding'])
})

test('what an accepted reminder is of is known to be carried where an email has announced it', async () => {
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
  expect(await remembered(db, userId)).toEqual([announced])
})

test('of very many the newest are remembered, and none of the others is mailed again', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  for (let day = 1; day <= 40; day += 1) await addNotification(db, userId, { days: day / 4 })
  const batch = await claimNow(db, [userId])
  await record(db, batch, accepted(batch))
  expect(await remembered(db, userId)).toHaveLength(32)
  expect(await evaluate(db, userId)).toEqual(['nothing_new', 'cooldown'])
})

test('a refused email leaves nothing that would keep its notifications back', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId)
  const batch = await claimNow(db, [userId])
  await record(db, batch, rejected(batch))
  expect(await remembered(db, userId)).toEqual([])
  expect(await evaluate(db, userId)).toEqual(['due', 'new_notifications_due'])
})

test('the late acceptance of an email that was given up vouches for no other that is under way', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId)
  const lost = await claimNow(db, [userId])
  await record(db, lost, noAnswer)
  await endLease(db, lost.id)
  await db.execute(sql`
    update tidings.batches set frozen_at = now() - interval '24 hours' where id = ${lost.id}`)
  expect(await claim(db, lost.id)).toBeNull()
  await addNotification(db, userId)
  const startInFlightEmail = await claimNow(db, [userId])

  await record(db, lost, accepted(lost))
  await record(db, startInFlightEmail, rejected(startInFlightEmail))

  expect(await evaluate(db, userId)).toEqual(['due', 'new_notifications_due'])
})
