import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import { batches, claims, deliveries, runs } from '../../src/db/schema.ts'
import { createDatabase } from '../support/database.ts'
import { addRun, planBatch } from '../support/service-parts.ts'

// What no fault of the code can cause, since the database itself refuses it.

const violation = (code: string) => ({ cause: { code } })
const duplicate = violation('23505')
const failedCheck = violation('23514')

/** Returns a function that inserts a delivery directly. */
async function deliverer(db: Database) {
  const runId = await addRun(db)
  const batchId = await planBatch(db, [], { runId })
  return async (fields: Partial<typeof deliveries.$inferInsert> = {}) => {
    const id = randomUUID()
    await db.insert(deliveries).values({
      id,
      batchId,
      runId,
      userId: randomUUID(),
      emailType: 'new_notifications',
      address: 'mara@example.com',
      state: 'claimed',
      ...fields,
    })
    return id
  }
}
const closed = { state: 'accepted', closedAt: new Date() } as const
const refused = { state: 'rejected', closedAt: new Date() } as const

test('a notification is claimed once per type and round', async () => {
  const { db } = await createDatabase()
  const deliver = await deliverer(db)
  const notificationId = randomUUID()
  const claim = async (emailType: 'new_notifications' | 'outstanding_reminder', round: number) =>
    db.insert(claims).values({ notificationId, emailType, round, deliveryId: await deliver() })
  await claim('new_notifications', 0)
  await claim('outstanding_reminder', 1)
  await claim('outstanding_reminder', 2)
  await expect(claim('new_notifications', 0)).rejects.toMatchObject(duplicate)
  await expect(claim('outstanding_reminder', 2)).rejects.toMatchObject(duplicate)
})

test('only claims of new notifications are in round 0', async () => {
  const { db } = await createDatabase()
  const deliveryId = await (await deliverer(db))()
  const claim = (emailType: 'new_notifications' | 'outstanding_reminder', round: number) =>
    db.insert(claims).values({ notificationId: randomUUID(), emailType, round, deliveryId })
  await expect(claim('new_notifications', 1)).rejects.toMatchObject(failedCheck)
  await expect(claim('new_notifications', -1)).rejects.toMatchObject(failedCheck)
  await expect(claim('outstanding_reminder', 0)).rejects.toMatchObject(failedCheck)
})

test('a user has one open delivery across all runs', async () => {
  const { db } = await createDatabase()
  const deliver = await deliverer(db)
  const elsewhere = await deliverer(db)
  const userId = randomUUID()
  await deliver({ userId, ...closed })
  await elsewhere({ userId })
  await expect((await deliverer(db))({ userId })).rejects.toMatchObject(duplicate)
  await expect(
    (await deliverer(db))({ userId, state: 'unknown', emailType: 'outstanding_reminder' }),
  ).rejects.toMatchObject(duplicate)
})

test('a user has one delivery per run, not counting refused ones', async () => {
  const { db } = await createDatabase()
  const deliver = await deliverer(db)
  const userId = randomUUID()
  await deliver({ userId, ...refused })
  await deliver({ userId, ...refused })
  await deliver({ userId, ...closed })
  await expect(deliver({ userId, ...closed })).rejects.toMatchObject(duplicate)
  await expect(
    deliver({ userId, ...closed, emailType: 'outstanding_reminder' }),
  ).rejects.toMatchObject(duplicate)
  await expect(deliver({ userId })).rejects.toMatchObject(duplicate)
})

test.each([
  ['waits', 'queued'],
  ['scans', 'running'],
] as const)('one run of a type %s', async (_does, status) => {
  const { db } = await createDatabase()
  const add = (fields: Partial<typeof runs.$inferInsert>) =>
    addRun(db, { type: 'all', userIds: null, status, scanDone: false, ...fields })
  await add({})
  await expect(add({})).rejects.toMatchObject(duplicate)
  await add({ type: 'new_notifications' })
  await add({ dryRun: true })
  await add({ dryRun: true })
  await add({ userIds: [randomUUID()] })
  await add({ status: 'completed' })
  if (status === 'running') await add({ scanDone: true })
})

test('a delivery cannot lose its run or its batch', async () => {
  const { db } = await createDatabase()
  await (await deliverer(db))()
  const keyInUse = violation('23503')
  await expect(db.delete(batches)).rejects.toMatchObject(keyInUse)
  await expect(db.delete(runs)).rejects.toMatchObject(keyInUse)
})
