import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { createDatabase } from '../../support/database.ts'
import { evaluate } from '../../support/evaluate.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import {
  accepted,
  claim,
  claimedIds,
  claimNow,
  deliveriesOf,
  endLease,
  errorsOf,
  readBatch,
  record,
} from '../../support/service-parts.ts'

// The provider forgets a key after 24 h; then the same request could be accepted twice.

const noAnswer = { kind: 'repeat', error: 'network: reset' } as const
const slowDown = { kind: 'wait', error: 'rate_limit_exceeded: slow down', seconds: 0 } as const

async function ageByOneDay(db: Database, batchId: string): Promise<void> {
  await endLease(db, batchId)
  await db.execute(sql`
    update tidings.batches set frozen_at = now() - interval '24 hours' where id = ${batchId}`)
}

test('an email that may have been accepted stays unknown and claimed, and is never sent again', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const batch = await claimNow(db, [userId])
  await record(db, batch, noAnswer)
  await ageByOneDay(db, batch.id)

  expect(await claim(db, batch.id)).toBeNull()

  expect(await readBatch(db, batch.id)).toMatchObject({ state: 'resolved' })
  expect(await deliveriesOf(db, userId)).toMatchObject([
    { state: 'unknown', closedAt: expect.any(Date) },
  ])
  expect(await claimedIds(db)).toHaveLength(1)
  expect(await evaluate(db, userId)).toEqual(['nothing_new', 'nothing_outstanding'])
  expect(await errorsOf(db, userId)).toEqual(['network: reset'])
})

test('an email that was only ever postponed is due again', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const batch = await claimNow(db, [userId])
  await record(db, batch, slowDown)
  await ageByOneDay(db, batch.id)

  expect(await claim(db, batch.id)).toBeNull()

  expect(await readBatch(db, batch.id)).toMatchObject({ state: 'resolved' })
  expect(await claimedIds(db)).toEqual([])
  expect(await evaluate(db, userId)).toEqual(['due', 'new_notifications_due'])
  const next = await claimNow(db, [userId])
  expect(next.id).not.toBe(batch.id)
})

test('an email postponed after it may have been accepted stays unknown', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const first = await claimNow(db, [userId])
  await record(db, first, noAnswer)
  const second = await claim(db, first.id)
  if (second) await record(db, second, slowDown)
  await ageByOneDay(db, first.id)
  expect(await claim(db, first.id)).toBeNull()
  expect(await deliveriesOf(db, userId)).toMatchObject([{ state: 'unknown' }])
  expect(await claimedIds(db)).toHaveLength(1)
})

test('an email without an answer for a day after a crash stays unknown: it may have been sent', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const batch = await claimNow(db, [userId])
  await ageByOneDay(db, batch.id)

  expect(await claim(db, batch.id)).toBeNull()

  expect(await deliveriesOf(db, userId)).toMatchObject([
    { state: 'unknown', closedAt: expect.any(Date) },
  ])
  expect(await claimedIds(db)).toHaveLength(1)
  expect(await evaluate(db, userId)).toEqual(['nothing_new', 'nothing_outstanding'])
  expect(await errorsOf(db, userId)).toEqual([expect.stringMatching(/^unknown: /)])
})

test('a 429 after a crash proves nothing about the first attempt', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const first = await claimNow(db, [userId])
  await endLease(db, first.id)
  const second = await claim(db, first.id)
  if (second) await record(db, second, slowDown)
  await ageByOneDay(db, first.id)
  expect(await claim(db, first.id)).toBeNull()
  expect(await claimedIds(db)).toHaveLength(1)
})

test('a reminder of unknown outcome does not prevent later ones', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 40 })
  const unanswered = await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
  await record(db, unanswered, noAnswer)
  await ageByOneDay(db, unanswered.id)
  expect(await claim(db, unanswered.id)).toBeNull()

  // Beyond every possible cool-down.
  await db.execute(`update tidings.deliveries set claimed_at = now() - interval '8 days',
    closed_at = now() - interval '8 days'`)
  const next = await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
  await record(db, next, accepted(next))
  expect(await deliveriesOf(db, userId)).toMatchObject([
    { state: 'unknown' },
    { state: 'accepted' },
  ])
})

test('the request is repeated within the day', async () => {
  const { db } = await createDatabase()
  const batch = await claimNow(db, await addDueUsers(db, 1))
  await endLease(db, batch.id)
  await db.execute(`update tidings.batches set frozen_at = now() - interval '22 hours'`)
  expect(await claim(db, batch.id)).toEqual({ ...batch, attempt: 2 })
})
