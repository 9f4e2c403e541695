import { expect, test } from 'vitest'
import { deliveries, recipients } from '../../../src/db/schema.ts'
import { atOnce, concurrentDatabase } from '../../support/concurrency.ts'
import { addDueUsers, addNotification, readAttempts } from '../../support/host.ts'
import {
  accepted,
  claim,
  claimedIds,
  planBatch,
  readBatch,
  record,
} from '../../support/service-parts.ts'

test('of many who claim one batch at once, one gets it', async () => {
  const { db, outside } = await concurrentDatabase()
  const people = await addDueUsers(db, 20)
  const batchId = await planBatch(db, people)

  const claimed = await atOnce(
    outside,
    'tidings.batches',
    Array.from({ length: 10 }, () => () => claim(db, batchId)),
  )

  expect(claimed.filter(batch => batch !== null)).toMatchObject([{ id: batchId, size: 20 }])
  expect(await readAttempts(db)).toHaveLength(20)
  expect(await readBatch(db, batchId)).toMatchObject({ state: 'frozen', attempts: 1, skipped: {} })
})

test.each([
  { known: 'never mailed before', recipientsExist: false },
  { known: 'mailed before', recipientsExist: true },
])(
  'batches that name the same people at once, $known, claim each once',
  async ({ recipientsExist }) => {
    const { db, outside } = await concurrentDatabase()
    const people = await addDueUsers(db, 30)
    if (recipientsExist) await db.insert(recipients).values(people.map(userId => ({ userId })))
    const orders = [people, people.toReversed(), people.slice(0, 20), people.slice(10).toReversed()]
    const batchIds = await Promise.all(orders.map(order => planBatch(db, order)))

    // Neither deadlocks nor breaches of an index: everybody waits for their turn.
    const claimed = await atOnce(
      outside,
      'users',
      batchIds.map(id => () => claim(db, id)),
    )

    const size = claimed.reduce((sum, batch) => sum + (batch?.size ?? 0), 0)
    expect(size).toBe(people.length)
    const named = await db.select().from(deliveries)
    expect(named.map(({ userId }) => userId).sort()).toEqual(people.toSorted())
    expect(await claimedIds(db)).toHaveLength(people.length)
    for (const batch of claimed) if (batch) await record(db, batch, accepted(batch))
    const emails = await readAttempts(db)
    expect(emails.filter(email => email.success)).toHaveLength(people.length)
    const states = await Promise.all(batchIds.map(async id => (await readBatch(db, id)).state))
    expect(states).toEqual(Array(4).fill('resolved'))
  },
)

test('batches of both types that name the same people at once mail each of them once', async () => {
  const { db, outside } = await concurrentDatabase()
  const people = await addDueUsers(db, 20)
  for (const userId of people) await addNotification(db, userId, { days: 40 })
  const fresh = await planBatch(db, people)
  const old = await planBatch(db, people, { emailType: 'outstanding_reminder' })

  const [first, second] = await atOnce(outside, 'users', [
    () => claim(db, old),
    () => claim(db, fresh),
  ])

  expect(first).toBeNull()
  expect(second?.size).toBe(people.length)
})
