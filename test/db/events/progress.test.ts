import { expect, test } from 'vitest'
import { events } from '../../../src/db/schema.ts'
import { atOnce, concurrentDatabase } from '../../support/concurrency.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { noon, tagsOf } from '../../support/provider-event.ts'
import { acceptedEmail, deliveryOf, receiveEvent } from '../../support/record-event.ts'

const seconds = (at: number) => new Date(noon + at * 1000)

/** Events with the second at which they happened, and the expected result. */
const stories: [string[], [string, number]][] = [
  [
    ['email.sent 1', 'email.delivery_delayed 2', 'email.delivered 3'],
    ['delivered', 3],
  ],
  [
    ['email.sent 1', 'email.delivered 2', 'email.bounced 3'],
    ['bounced', 3],
  ],
  [
    ['email.bounced 2', 'email.delivered 3'],
    ['bounced', 2],
  ],
  [
    ['email.delivered 2', 'email.complained 9', 'email.opened 10'],
    ['complained', 9],
  ],
  [
    ['email.complained 2', 'email.bounced 3', 'email.delivered 4'],
    ['complained', 2],
  ],
  [
    ['email.sent 1', 'email.failed 2'],
    ['failed', 2],
  ],
  [
    ['email.sent 1', 'email.suppressed 2', 'email.sent 3'],
    ['suppressed', 2],
  ],
  [
    ['email.delivery_delayed 2', 'email.delivery_delayed 5'],
    ['delayed', 5],
  ],
]

const inOrder = (story: string[], [progress, at]: [string, number]) =>
  [story.join(', '), story, { progress, progressAt: seconds(at) }] as const

test.each(stories.flatMap(([story, end]) => [story, story.toReversed()].map(s => inOrder(s, end))))(
  'the furthest state counts, in any order: %s',
  async (_name, story, end) => {
    const { db } = await createDatabase()
    const { userId, deliveryId, emailId } = await acceptedEmail(db)
    for (const [type = '', at] of story.map(entry => entry.split(' '))) {
      await receiveEvent(db, type, { at: Number(at), emailId, tags: tagsOf(deliveryId) })
    }
    expect(await deliveryOf(db, userId)).toMatchObject({ state: 'accepted', ...end })
  },
)

test('events at once end in the same state as one by one', async () => {
  const { db, outside } = await concurrentDatabase()
  const { userId, emailId } = await acceptedEmail(db)
  const types = ['sent', 'delivered', 'complained', 'bounced', 'delivery_delayed', 'opened']

  await atOnce(
    outside,
    'tidings.events',
    types.map((type, at) => () => receiveEvent(db, `email.${type}`, { at, emailId })),
  )

  const end = { progress: 'complained', progressAt: seconds(2) }
  expect(await deliveryOf(db, userId)).toMatchObject(end)
  expect(await db.select().from(events)).toHaveLength(types.length)
})

test('an event that is repeated, even ten times at once, is stored once and changes nothing', async () => {
  const { db, outside } = await concurrentDatabase()
  const { userId, emailId } = await acceptedEmail(db)
  const again = () => receiveEvent(db, 'email.delivered', { id: 'msg_1', at: 1, emailId })

  await atOnce(
    outside,
    'tidings.events',
    Array.from({ length: 10 }, () => again),
  )
  const before = await deliveryOf(db, userId)
  // If it were processed, the same id with another type would change the progress.
  await receiveEvent(db, 'email.complained', { id: 'msg_1', at: 5, emailId })

  expect(before).toMatchObject({ progress: 'delivered' })
  expect(await deliveryOf(db, userId)).toEqual(before)
  expect(await db.select().from(events)).toHaveLength(1)
})

const storedEvents = ({ db }: TestDatabase) => db.select().from(events)

test('the tag names the email before its id does', async () => {
  const database = await createDatabase()
  const { db } = database
  const one = await acceptedEmail(db)
  const other = await acceptedEmail(db)
  const tags = tagsOf(one.deliveryId)
  await receiveEvent(db, 'email.delivered', { emailId: other.emailId, tags })
  expect(await deliveryOf(db, one.userId)).toMatchObject({ progress: 'delivered' })
  expect(await deliveryOf(db, other.userId)).toMatchObject({ progress: null })
  expect(await storedEvents(database)).toMatchObject([{ deliveryId: one.deliveryId }])
})

test.each([
  ['no tag', undefined],
  ['a tag that is no UUID', { delivery_id: 'x' }],
  ['a tag of no delivery', { delivery_id: 'b3b6a0d2-3c51-4c6c-9d7e-6f6f5f0d1c11' }],
])('without our tag (%s) the id names the email', async (_kind, tags) => {
  const { db } = await createDatabase()
  const { userId, emailId } = await acceptedEmail(db)
  await receiveEvent(db, 'email.delivered', { emailId, tags })
  expect(await deliveryOf(db, userId)).toMatchObject({ progress: 'delivered' })
})

test("another email's failure does not count for our email", async () => {
  const { db } = await createDatabase()
  const { userId, deliveryId } = await acceptedEmail(db)
  await receiveEvent(db, 'email.failed', { tags: tagsOf(deliveryId) })
  expect(await deliveryOf(db, userId)).toMatchObject({ progress: null })
})

test('an event about an unknown email is stored with its time and changes no delivery', async () => {
  const database = await createDatabase()
  const { db } = database
  const { userId } = await acceptedEmail(db)
  const before = await deliveryOf(db, userId)
  await receiveEvent(db, 'email.complained', { id: 'msg_2', emailId: 'e-9', at: 4 })
  expect(await deliveryOf(db, userId)).toEqual(before)
  expect(await storedEvents(database)).toMatchObject([
    { id: 'msg_2', deliveryId: null, providerId: 'e-9', happenedAt: seconds(4), detail: null },
  ])
})
