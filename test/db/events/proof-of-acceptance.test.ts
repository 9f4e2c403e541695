import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { recipients } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addNotification, addUser, readAttempts } from '../../support/host.ts'
import {
  PENDING,
  receiveEventFor,
  startInFlightEmail,
  statusOf,
  UNKNOWN,
} from '../../support/in-flight-email.ts'
import { deliveryOf } from '../../support/record-event.ts'
import {
  accepted,
  claim,
  claimedIds,
  claimNow,
  endLease,
  errorsOf,
  readBatch,
  record,
  rejected,
} from '../../support/service-parts.ts'

// Events about emails of unknown outcome.

test.each([
  'sent',
  'scheduled',
  'delivered',
  'delivery_delayed',
  'bounced',
  'complained',
  'opened',
  'clicked',
  'suppressed',
])('email.%s proves acceptance and ends the batch and the run', async type => {
  const { db } = await createDatabase()
  const { userId, runId, batch, receive } = await startInFlightEmail(db)

  await receive(`email.${type}`)

  const closed = { state: 'accepted', providerId: `e-${userId}`, closedAt: expect.any(Date) }
  expect(await deliveryOf(db, userId)).toMatchObject(closed)
  expect(await readAttempts(db, userId)).toMatchObject([{ success: true, errorMessage: null }])
  expect(await readBatch(db, batch.id)).toMatchObject({ state: 'resolved' })
  expect(await statusOf(db, runId)).toBe('completed')
  expect(await claimedIds(db)).toHaveLength(1)
})

test.each(['failed', 'invented_tomorrow'])('email.%s does not prove acceptance', async type => {
  const { db } = await createDatabase()
  const { userId, runId, batch, receive } = await startInFlightEmail(db)
  await receive(`email.${type}`)
  expect(await deliveryOf(db, userId)).toMatchObject({ state: 'claimed', closedAt: null })
  expect(await errorsOf(db, userId)).toEqual([PENDING])
  expect(await readBatch(db, batch.id)).toMatchObject({ state: 'frozen' })
  expect(await statusOf(db, runId)).toBe('running')
})

test('a reminder accepted by an event counts for one round, however many events follow', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 40 })
  const batch = await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
  await receiveEventFor(db, 'email.sent', userId, 'e-1')
  await receiveEventFor(db, 'email.delivered', userId, 'e-1')
  await record(db, batch, accepted(batch))
  expect(await db.select().from(recipients)).toMatchObject([{ userId, reminderRound: 1 }])
})

/** As if a day had passed: the key is of no use any more. */
async function giveUp(db: Database, batchId: string) {
  await endLease(db, batchId)
  await db.execute(sql`
    update tidings.batches set frozen_at = now() - interval '25 hours' where id = ${batchId}`)
  expect(await claim(db, batchId)).toBeNull()
}

test('an email that was given up becomes accepted by a later event', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 40 })
  const batch = await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
  await giveUp(db, batch.id)
  const unknown = { state: 'unknown', closedAt: expect.any(Date) }
  expect(await deliveryOf(db, userId)).toMatchObject(unknown)
  expect(await errorsOf(db, userId)).toEqual([UNKNOWN])

  await receiveEventFor(db, 'email.delivered', userId, 'e-1')

  expect(await deliveryOf(db, userId)).toMatchObject({ state: 'accepted', providerId: 'e-1' })
  expect(await errorsOf(db, userId)).toEqual([null])
  expect(await claimedIds(db)).toHaveLength(1)
  // Giving up has already counted the round.
  expect(await db.select().from(recipients)).toMatchObject([{ userId, reminderRound: 1 }])
})

test('an email that was given up becomes accepted by a late answer, too', async () => {
  const { db } = await createDatabase()
  const { userId, batch, receive } = await startInFlightEmail(db)
  await giveUp(db, batch.id)
  await record(db, batch, rejected(batch))
  expect(await errorsOf(db, userId)).toEqual([UNKNOWN])
  await record(db, batch, accepted(batch))
  await receive('email.sent')
  expect(await errorsOf(db, userId)).toEqual([null])
  expect(await deliveryOf(db, userId)).toMatchObject({ state: 'accepted', progress: 'accepted' })
})

test('a refused email stays refused: its notifications may be in another email', async () => {
  const { db } = await createDatabase()
  const { userId, batch, receive } = await startInFlightEmail(db)
  await record(db, batch, rejected(batch))
  await receive('email.delivered')
  expect(await deliveryOf(db, userId)).toMatchObject({ state: 'rejected', progress: 'delivered' })
  expect(await readAttempts(db)).toMatchObject([{ success: false }])
})
