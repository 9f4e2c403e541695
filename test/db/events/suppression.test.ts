import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import {
  deliveries,
  notificationEmailsSent,
  notifications,
  suppressions,
  userPrivacySettings,
  users,
} from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { permanentBounce, tagsOf } from '../../support/provider-event.ts'
import { acceptedEmail, deliveryOf, receiveEvent } from '../../support/record-event.ts'
import { accepted, claim, claimNow, planBatch, record } from '../../support/service-parts.ts'

const suppressed = async (db: Database) =>
  (await db.select().from(suppressions)).map(({ address, reason }) => [address, reason])
const settings = (db: Database) =>
  db
    .select({
      userId: userPrivacySettings.userId,
      enabled: userPrivacySettings.notificationEmailsEnabled,
    })
    .from(userPrivacySettings)

/** Whether this user would get an email about a new notification now. */
async function getsEmails(db: Database, userId: string): Promise<boolean> {
  await addNotification(db, userId)
  return (await claim(db, await planBatch(db, [userId]))) !== null
}

const bounced = (type: string) => ({ bounce: { type, subType: 'General', message: 'no' } })

test.each([
  ['email.bounced', permanentBounce, 'bounced: General'],
  ['email.suppressed', { suppressed: { type: 'OnAccountSuppressionList' } }, 'suppressed'],
  ['email.complained', {}, 'complained'],
])('%s: the address gets no further email', async (type, data, reason) => {
  const { db } = await createDatabase()
  const { userId, deliveryId, address } = await acceptedEmail(db)
  await receiveEvent(db, type, { tags: tagsOf(deliveryId), data })
  expect(await suppressed(db)).toEqual([[address, reason]])
  expect(await getsEmails(db, userId)).toBe(false)
})

test.each([
  ['email.bounced', bounced('Transient')],
  ['email.bounced', bounced('Undetermined')],
  ['email.bounced', bounced('permanent?')],
  ['email.bounced', {}],
  ['email.failed', { failed: { reason: 'reached_daily_quota' } }],
  ['email.delivery_delayed', {}],
  ['email.delivered', permanentBounce],
])('%s %j: the address gets further emails, and the setting stays', async (type, data) => {
  const { db } = await createDatabase()
  const { userId, deliveryId } = await acceptedEmail(db)
  await receiveEvent(db, type, { tags: tagsOf(deliveryId), data })
  expect(await suppressed(db)).toEqual([])
  expect(await settings(db)).toEqual([])
  expect(await getsEmails(db, userId)).toBe(true)
})

test('the address that the email went to is suppressed, in lower case, whatever the event names', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db, { email: 'Ada.Lovelace@Example.com' })
  await addNotification(db, userId)
  const batch = await claimNow(db, [userId])
  await record(db, batch, accepted(batch))
  const { id } = await deliveryOf(db, userId)
  // Meanwhile the user has another address; it is the old one that bounces.
  await db.update(users).set({ email: 'ada@new.example' })

  await receiveEvent(db, 'email.bounced', { tags: tagsOf(id), data: permanentBounce })

  expect(await suppressed(db)).toEqual([['ada.lovelace@example.com', 'bounced: General']])
  expect(await getsEmails(db, userId)).toBe(true)
})

test('a new address of the same user gets emails again after a bounce', async () => {
  const { db } = await createDatabase()
  const { userId, deliveryId } = await acceptedEmail(db)
  await receiveEvent(db, 'email.bounced', { tags: tagsOf(deliveryId), data: permanentBounce })
  expect(await getsEmails(db, userId)).toBe(false)
  await db.update(users).set({ email: 'new@example.com' })
  expect(await getsEmails(db, userId)).toBe(true)
})

test('a complaint switches emails off, even for another address; a bounce does not', async () => {
  const { db } = await createDatabase()
  const complaint = await acceptedEmail(db)
  const bounce = await acceptedEmail(db)
  await receiveEvent(db, 'email.complained', { tags: tagsOf(complaint.deliveryId) })
  await receiveEvent(db, 'email.bounced', {
    tags: tagsOf(bounce.deliveryId),
    data: permanentBounce,
  })
  expect(await settings(db)).toEqual([{ userId: complaint.userId, enabled: false }])
  const newAddress = { email: 'new@example.com' }
  await db.update(users).set(newAddress).where(eq(users.userid, complaint.userId))
  expect(await getsEmails(db, complaint.userId)).toBe(false)
})

test('a repeated complaint does not switch emails off again', async () => {
  const { db } = await createDatabase()
  const { deliveryId } = await acceptedEmail(db)
  const again = { id: 'msg_1', tags: tagsOf(deliveryId) }
  await receiveEvent(db, 'email.complained', again)
  await db.update(userPrivacySettings).set({ notificationEmailsEnabled: true })
  await db.delete(suppressions)
  await receiveEvent(db, 'email.complained', again)
  expect(await settings(db)).toMatchObject([{ enabled: true }])
  expect(await suppressed(db)).toEqual([])
})

test('the first reason stays', async () => {
  const { db } = await createDatabase()
  const { deliveryId, address } = await acceptedEmail(db)
  await receiveEvent(db, 'email.bounced', { tags: tagsOf(deliveryId), data: permanentBounce })
  await receiveEvent(db, 'email.suppressed', { tags: tagsOf(deliveryId) })
  expect(await suppressed(db)).toEqual([[address, 'bounced: General']])
})

test('an event about an unknown email suppresses nothing, even for a known address', async () => {
  const { db } = await createDatabase()
  const { address } = await acceptedEmail(db)
  const data = { to: [address], ...permanentBounce }
  await receiveEvent(db, 'email.bounced', { data })
  await receiveEvent(db, 'email.complained', { data })
  expect(await suppressed(db)).toEqual([])
  expect(await settings(db)).toEqual([])
})

test('a complaint of a deleted user is stored like any other', async () => {
  const { db } = await createDatabase()
  const { deliveryId, address } = await acceptedEmail(db)
  await db.execute(sql`truncate ${notifications}, ${notificationEmailsSent}`)
  await db.delete(users)
  await receiveEvent(db, 'email.complained', { tags: tagsOf(deliveryId) })
  expect(await suppressed(db)).toEqual([[address, 'complained']])
  expect(await db.select().from(deliveries)).toMatchObject([{ progress: 'complained' }])
})
