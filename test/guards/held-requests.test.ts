import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Guard } from '../../src/core/claim/claims.ts'
import type { Database } from '../../src/db/client/connect.ts'
import { requeueStalled } from '../../src/db/maintenance/requeue-stalled.ts'
import { createDatabase } from '../support/database.ts'
import { addNotification, addUser } from '../support/host.ts'
import {
  claim,
  claimNow,
  createJobs,
  deliveriesOf,
  endLease,
  readBatch,
} from '../support/service-parts.ts'

/** A stored request, as a copy of the database has it when its worker died. */
async function addStoredRequest(db: Database, email: string) {
  const userId = await addUser(db, { email })
  await addNotification(db, userId)
  const batch = await claimNow(db, [userId])
  await endLease(db, batch.id)
  return { batch, userId }
}

async function requeued(db: Database, guard: Guard): Promise<string[]> {
  const { jobs, delivered } = createJobs()
  await requeueStalled(db, jobs, 0, guard)
  return delivered
}

test.each<[string, Guard]>([
  ['DELIVER_ONLY', { deliverOnly: ['@acme.com'] }],
  ['DELIVER_TO', { deliverTo: 'ops@acme.com' }],
])('a stored request to somebody else waits while %s is set', async (_name, guard) => {
  const { db } = await createDatabase()
  const { batch } = await addStoredRequest(db, 'real@else.example')

  const before = await readBatch(db, batch.id)
  expect(await requeued(db, guard)).toEqual([])
  expect(await claim(db, batch.id, guard)).toBeNull()
  expect(await readBatch(db, batch.id)).toEqual(before)

  expect(await requeued(db, {})).toEqual([batch.id])
  const again = await claim(db, batch.id)
  expect(again).toMatchObject({ id: batch.id, attempt: 2 })
  expect(again?.body).toEqual(batch.body)
})

test('a stored request that the guard allows is sent again', async () => {
  const { db } = await createDatabase()
  const { batch } = await addStoredRequest(db, 'ana@acme.com')
  const guard = { deliverOnly: ['@acme.com'] }
  expect(await requeued(db, guard)).toEqual([batch.id])
  expect(await claim(db, batch.id, guard)).toMatchObject({ attempt: 2 })
})

test('a stored request goes again only to the address that DELIVER_TO names now', async () => {
  const { db } = await createDatabase()
  const { batch } = await addStoredRequest(db, 'real@else.example')
  await db.execute(sql`update tidings.deliveries set sent_to = 'Old@acme.com'`)
  expect(await claim(db, batch.id, { deliverTo: 'new@acme.com' })).toBeNull()
  expect(await claim(db, batch.id, { deliverTo: 'old@acme.com' })).toMatchObject({ attempt: 2 })
})

test('a stored request that a worker handed back waits as well, however old it is', async () => {
  const { db } = await createDatabase()
  const { batch } = await addStoredRequest(db, 'real@else.example')
  await db.execute(sql`
    update tidings.batches set leased_until = null, frozen_at = now() - interval '3 days'`)
  expect(await claim(db, batch.id, { deliverTo: 'ops@acme.com' })).toBeNull()
  expect(await claim(db, batch.id)).toMatchObject({ attempt: 1 })
})

test('what waits behind a guard is given up with its key, so its user is free again', async () => {
  const { db } = await createDatabase()
  const { batch, userId } = await addStoredRequest(db, 'real@else.example')
  const guard = { deliverOnly: ['@acme.com'] }
  await db.execute(sql`update tidings.batches set frozen_at = now() - interval '24 hours'`)
  expect(await requeued(db, guard)).toEqual([batch.id])
  expect(await claim(db, batch.id, guard)).toBeNull()
  expect(await readBatch(db, batch.id)).toMatchObject({ state: 'resolved' })
  expect(await deliveriesOf(db, userId)).toMatchObject([
    { state: 'unknown', closedAt: expect.any(Date) },
  ])
})
