import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { batches, notifications, userPrivacySettings } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../../support/host.ts'
import {
  accepted,
  claim,
  claimNow,
  deliveriesOf,
  endLease,
  errorsOf,
  readBatch,
  record,
} from '../../support/service-parts.ts'

const PENDING = expect.stringMatching(/^pending:/)

test('while its lease lasts, a batch belongs to the worker that claimed it', async () => {
  const { db } = await createDatabase()
  const batch = await claimNow(db, await addDueUsers(db, 2))
  expect(await claim(db, batch.id)).toBeNull()
  await endLease(db, batch.id)
  expect(await claim(db, batch.id)).toMatchObject({ id: batch.id, attempt: 2 })
  expect(await claim(db, batch.id)).toBeNull()
})

test('after a crash the same request is sent again, byte for byte, with new rows', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db, { name: 'Mara 🎸 O’Neill' })
  const ids = [await addNotification(db, userId), await addNotification(db, userId)]
  const first = await claimNow(db, [userId])
  await endLease(db, first.id)

  const second = await claim(db, first.id)

  expect(second).toEqual({ ...first, attempt: 2 })
  const attempts = await readAttempts(db, userId)
  expect(attempts.map(({ errorMessage }) => errorMessage)).toEqual([
    expect.stringMatching(/^unknown: /),
    PENDING,
  ])
  for (const { notificationIds, success } of attempts) {
    expect(notificationIds?.toSorted()).toEqual(ids.toSorted())
    expect(success).toBe(false)
  }
  expect(await deliveriesOf(db, userId)).toHaveLength(1)
})

test('each further attempt closes the rows of the previous one', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const { id } = await claimNow(db, [userId])
  for (let attempt = 2; attempt <= 4; attempt++) {
    await endLease(db, id)
    expect(await claim(db, id)).toMatchObject({ attempt })
  }
  const unknown = expect.stringMatching(/^unknown: /)
  expect(await errorsOf(db, userId)).toEqual([unknown, unknown, unknown, PENDING])
})

test('a row with an outcome keeps it', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const first = await claimNow(db, [userId])
  await record(db, first, { kind: 'wait', error: 'rate_limit_exceeded: slow down', seconds: 0 })
  await claim(db, first.id)
  expect(await errorsOf(db, userId)).toEqual(['rate_limit_exceeded: slow down', PENDING])
})

test('a retry does not evaluate the rules: the request may have been accepted already', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const first = await claimNow(db, [userId])
  await db.update(notifications).set({ isRead: true })
  await db.insert(userPrivacySettings).values({ userId, notificationEmailsEnabled: false })
  await endLease(db, first.id)
  expect(await claim(db, first.id)).toEqual({ ...first, attempt: 2 })
})

test('a batch is not sent before its time', async () => {
  const { db } = await createDatabase()
  const { id } = await claimNow(db, await addDueUsers(db, 1))
  await endLease(db, id)
  const nextAttemptAt = new Date(Date.now() + 60_000)
  await db.update(batches).set({ nextAttemptAt }).where(eq(batches.id, id))
  expect(await claim(db, id)).toBeNull()
})

test('a resolved batch is never sent again', async () => {
  const { db } = await createDatabase()
  const batch = await claimNow(db, await addDueUsers(db, 1))
  await record(db, batch, accepted(batch))
  await endLease(db, batch.id)
  expect(await claim(db, batch.id)).toBeNull()
  expect(await readBatch(db, batch.id)).toMatchObject({ state: 'resolved' })
  expect(await readAttempts(db)).toHaveLength(1)
})
