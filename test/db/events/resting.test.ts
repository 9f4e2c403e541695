import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { recipients, users } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { evaluate } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { tagsOf } from '../../support/provider-event.ts'
import { receiveEvent } from '../../support/record-event.ts'
import { accepted, claimNow, deliveriesOf, record } from '../../support/service-parts.ts'

const DAY = 86_400
const full = { bounce: { type: 'Transient', subType: 'MailboxFull', message: 'Mailbox full.' } }

/** Sends this user one email after another; each says what to report about it, and when. */
async function createMailer(db: Database) {
  const userId = await addUser(db, { email: 'Ada@Example.com' })
  const send = async () => {
    await addNotification(db, userId)
    const batch = await claimNow(db, [userId])
    await record(db, batch, accepted(batch))
    const sent = await deliveriesOf(db, userId)
    const id = sent.find(of => of.batchId === batch.id)?.id ?? ''
    const report = (type: string, data: object) => (days: number) =>
      receiveEvent(db, type, { tags: tagsOf(id), at: days * DAY, data })
    return { bounces: report('email.bounced', full), isDelivered: report('email.delivered', {}) }
  }
  /** Until how many days after the first event the address rests; null if it does not. */
  const restsUntil = async () => {
    const [row] = await db.select().from(recipients).where(eq(recipients.userId, userId))
    const noon = Date.parse('2026-03-01T12:00:00Z')
    return row?.restingUntil ? (row.restingUntil.getTime() - noon) / DAY / 1000 : null
  }
  return { userId, send, restsUntil }
}

test('transient bounces on three days begin a rest of 14 days, which doubles up to 56', async () => {
  const { db } = await createDatabase()
  const { send, restsUntil } = await createMailer(db)
  // The tests' events are in the past, so no rest keeps these emails from being sent.
  const emails = [await send(), await send(), await send(), await send(), await send()]
  const [a, b, c, d, e] = emails
  await a?.bounces(0)
  // 12 h later it is another day in UTC, but 11 h later it is not.
  await b?.bounces(0.4)
  await b?.bounces(0.45)
  expect(await restsUntil()).toBe(null)
  await b?.bounces(0.55)
  expect(await restsUntil()).toBe(null)
  await c?.bounces(2)
  expect(await restsUntil()).toBe(16)
  // An email from before the rest bounces during it.
  await d?.bounces(3)
  expect(await restsUntil()).toBe(16)
  await d?.bounces(16)
  expect(await restsUntil()).toBe(16 + 28)
  await e?.bounces(45)
  expect(await restsUntil()).toBe(45 + 56)
  await e?.bounces(101)
  expect(await restsUntil()).toBe(101 + 56)
  await e?.isDelivered(102)
  expect(await restsUntil()).toBe(null)
})

test('a delivery between starts the count again, in whatever order the events arrive', async () => {
  const { db } = await createDatabase()
  const { send, restsUntil } = await createMailer(db)
  const [a, b, c] = [await send(), await send(), await send()]
  await a.bounces(0)
  await a.bounces(1)
  await b.isDelivered(2)
  await c.bounces(3)
  await c.bounces(4)
  expect(await restsUntil()).toBe(null)
  // A bounce from before the delivery, reported late.
  await a.bounces(1.9)
  expect(await restsUntil()).toBe(null)
  await c.bounces(5)
  expect(await restsUntil()).toBe(19)
  // Deliveries reported late: one before all bounces that count changes nothing, one between ends the rest.
  await b.isDelivered(2.5)
  expect(await restsUntil()).toBe(19)
  await b.isDelivered(3.5)
  expect(await restsUntil()).toBe(null)
})

test('a resting address gets no email until the rest is over; a new address does', async () => {
  const { db } = await createDatabase()
  const { userId, send } = await createMailer(db)
  const [a, b, c] = [await send(), await send(), await send()]
  const days = Math.floor((Date.now() - Date.parse('2026-03-01T12:00:00Z')) / DAY / 1000)
  await a.bounces(days - 2)
  await b.bounces(days - 1)
  await c.bounces(days)
  await addNotification(db, userId)
  expect(await evaluate(db, userId)).toEqual(['resting', 'resting'])
  await db.update(users).set({ email: 'new@example.com' })
  expect(await evaluate(db, userId)).toMatchObject(['due', {}])
  await db.update(users).set({ email: 'ada@example.com' })
  await db.update(recipients).set({ restingUntil: new Date(Date.now() - 1) })
  expect(await evaluate(db, userId)).toMatchObject(['due', {}])
})

test('what becomes of another address or of a redirected email does not count', async () => {
  const { db } = await createDatabase()
  const { userId, send, restsUntil } = await createMailer(db)
  const [a, b] = [await send(), await send()]
  await db.update(users).set({ email: 'new@example.com' }).where(eq(users.userid, userId))
  const c = await send()
  await a.bounces(0)
  await b.bounces(1)
  await c.bounces(2)
  expect(await restsUntil()).toBe(null)
  await db.execute(`update tidings.deliveries set sent_to = 'ops@example.com'`)
  await c.bounces(3)
  await c.bounces(4)
  expect(await restsUntil()).toBe(null)
})
