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

test('if many claim one batch at once, only one gets it', async () => {
  const { db, outside } = await concurrentDatabase()
  const userIds = await addDueUsers(db, 20)
  const batchId = await planBatch(db, userIds)

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
  { history: 'never emailed before', recipientsExist: false },
  { history: 'emailed before', recipientsExist: true },
])(
  'batches that name the same users at once, $history, claim each user once',
  async ({ recipientsExist }) => {
    const { db, outside } = await concurrentDatabase()
    const userIds = await addDueUsers(db, 30)
    if (recipientsExist) await db.insert(recipients).values(userIds.map(userId => ({ userId })))
    const orders = [
      userIds,
      userIds.toReversed(),
      userIds.slice(0, 20),
      userIds.slice(10).toReversed(),
    ]
    const batchIds = await Promise.all(orders.map(order => planBatch(db, order)))

    // No deadlock and no index violation: the claims wait for each other.
    const claimed = await atOnce(
      outside,
      'users',
      batchIds.map(id => () => claim(db, id)),
    )

    const size = claimed.reduce((sum, batch) => sum + (batch?.size ?? 0), 0)
    expect(size).toBe(userIds.length)
    const named = await db.select().from(deliveries)
    expect(named.map(({ userId }) => userId).sort()).toEqual(userIds.toSorted())
    expect(await claimedIds(db)).toHaveLength(userIds.length)
    for (const batch of claimed) if (batch) await record(db, batch, accepted(batch))
    const emails = await readAttempts(db)
    expect(emails.filter(email => email.success)).toHaveLength(userIds.length)
    const states = await Promise.all(batchIds.map(async id => (await readBatch(db, id)).state))
    expect(states).toEqual(Array(4).fill('resolved'))
  },
)

test('batches of both types that name the same users at once send each user one email', async () => {
  const { db, outside } = await concurrentDatabase()
  const userIds = await addDueUsers(db, 20)
  for (const userId of userIds) await addNotification(db, userId, { days: 40 })
  const fresh = await planBatch(db, userIds)
  const old = await planBatch(db, userIds, { emailType: 'outstanding_reminder' })

  const [first, second] = await atOnce(outside, 'users', [
    () => claim(db, old),
    () => claim(db, fresh),
  ])

  expect(first).toBeNull()
  expect(second?.size).toBe(userIds.length)
})
