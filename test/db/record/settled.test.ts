import { expect, test } from 'vitest'
import { type Outcome, readAnswer } from '../../../src/core/record/read-answer.ts'
import { recipients } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { evaluate } from '../../support/evaluate.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../../support/host.ts'
import {
  accepted,
  claim,
  claimedIds,
  claimNow,
  createJobs,
  deliveriesOf,
  emailsOf,
  errorsOf,
  readBatch,
  record,
  rejected,
} from '../../support/service-parts.ts'

const DUE = ['due', 'new_notifications_due']

/** An error with the special characters of arrays, JSON and SQL. */
const HOSTILE = `validation_error: {NULL,"a\\"} 'b' \\x00 $1, no such domain`

test('an accepted email is a success without an error, and keeps its claims', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const batch = await claimNow(db, [userId])

  await record(db, batch, {
    kind: 'settled',
    items: [{ kind: 'accepted', providerId: 'the provider’s id' }],
  })

  expect(await readAttempts(db, userId)).toMatchObject([{ success: true, errorMessage: null }])
  expect(await deliveriesOf(db, userId)).toMatchObject([
    { state: 'accepted', providerId: 'the provider’s id', closedAt: expect.any(Date) },
  ])
  expect(await claimedIds(db)).toHaveLength(1)
  expect(await readBatch(db, batch.id)).toMatchObject({
    state: 'resolved',
    leasedUntil: null,
  })
})

test('a refused email records the reason, releases its claims and is due again', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const batch = await claimNow(db, [userId])
  await record(db, batch, rejected(batch, HOSTILE))
  expect(await readAttempts(db, userId)).toMatchObject([{ success: false, errorMessage: HOSTILE }])
  expect(await deliveriesOf(db, userId)).toMatchObject([{ state: 'rejected', providerId: null }])
  expect(await claimedIds(db)).toEqual([])
  expect(await evaluate(db, userId)).toEqual(DUE)
})

test('each email of a request has its own outcome', async () => {
  const { db } = await createDatabase()
  const userIds = await addDueUsers(db, 4)
  const batch = await claimNow(db, userIds)
  const order = emailsOf(batch).map(({ to }) => to[0]?.split('@')[0] ?? '')

  await record(db, batch, {
    kind: 'settled',
    items: [0, 1, 2, 3].map(at =>
      at % 2 === 0
        ? { kind: 'accepted', providerId: `id ${at}` }
        : { kind: 'rejected', error: `validation_error: email ${at}` },
    ),
  })

  expect(await Promise.all(order.map(userId => errorsOf(db, userId)))).toEqual([
    [null],
    ['validation_error: email 1'],
    [null],
    ['validation_error: email 3'],
  ])
  const [, second = '', third = ''] = order
  expect(await deliveriesOf(db, third)).toMatchObject([{ providerId: 'id 2' }])
  expect(await evaluate(db, second)).toEqual(DUE)
  expect(await claimedIds(db)).toHaveLength(2)
})

test('an accepted reminder opens the next round, a refused one does not', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 40 })
  const round = async () => (await db.select().from(recipients))[0]?.reminderRound
  const remind = () => claimNow(db, [userId], { emailType: 'outstanding_reminder' })

  const refused = await remind()
  await record(db, refused, rejected(refused))
  expect(await round()).toBe(0)
  const sent = await remind()
  await record(db, sent, accepted(sent))
  expect(await round()).toBe(1)

  await db.execute(`update notification_emails_sent set sent_at = sent_at - interval '8 days'`)
  const next = await remind()
  await record(db, next, accepted(next))
  expect(await round()).toBe(2)
})

test('accepted new notifications open no round', async () => {
  const { db } = await createDatabase()
  const batch = await claimNow(db, await addDueUsers(db, 1))
  await record(db, batch, accepted(batch))
  expect(await db.select().from(recipients)).toMatchObject([{ reminderRound: 0 }])
})

test.each<[string, (size: number) => Outcome]>([
  [
    'accepted',
    size => ({
      kind: 'settled',
      items: Array.from({ length: size }, () => ({ kind: 'accepted', providerId: 'other' })),
    }),
  ],
  [
    'refused',
    size => ({
      kind: 'settled',
      items: Array.from({ length: size }, () => ({ kind: 'rejected', error: 'not_found: x' })),
    }),
  ],
  ['unknown', () => ({ kind: 'repeat', error: 'network: reset' })],
  ['postponed', () => ({ kind: 'wait', error: 'rate_limit_exceeded: x', seconds: 1 })],
  ['stopped', () => ({ kind: 'stop', error: 'invalid_api_key: x' })],
])('an accepted email stays accepted, whatever is recorded later: %s', async (_what, later) => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 40 })
  const batch = await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
  await record(db, batch, accepted(batch))
  const read = async () => ({
    attempts: await readAttempts(db),
    deliveries: await deliveriesOf(db, userId),
    claims: await claimedIds(db),
    recipients: await db.select().from(recipients),
    batch: await readBatch(db, batch.id),
  })
  const before = await read()
  const { jobs, delivered } = createJobs()

  await record(db, batch, later(batch.size), jobs)

  expect(await read()).toEqual(before)
  expect(delivered).toEqual([])
})

test('a refusal recorded twice does not release claims made in between', async () => {
  const { db } = await createDatabase()
  const userIds = await addDueUsers(db, 1)
  const first = await claimNow(db, userIds)
  await record(db, first, rejected(first))
  const second = await claimNow(db, userIds)
  await record(db, first, rejected(first))
  expect(await claimedIds(db)).toHaveLength(1)
  await record(db, second, accepted(second))
  expect(await readAttempts(db)).toMatchObject([{ success: false }, { success: true }])
})

test('an answer recorded by two at once is recorded once', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 40 })
  const batch = await claimNow(db, [userId], { emailType: 'outstanding_reminder' })
  await Promise.all([1, 2, 3].map(() => record(db, batch, accepted(batch))))
  expect(await db.select().from(recipients)).toMatchObject([{ reminderRound: 1 }])
  expect(await readAttempts(db)).toMatchObject([{ success: true }])
  expect(await claim(db, batch.id)).toBeNull()
})

test('any error message of a provider can be recorded', async () => {
  const { db } = await createDatabase()
  const messages = [
    'a\u0000b',
    'half an emoji \ud83c',
    'long '.repeat(9_999),
    `'; drop table users`,
  ]
  for (const message of messages) {
    const [refused = '', unanswered = '', named = ''] = await addDueUsers(db, 3)
    const first = await claimNow(db, [refused])
    const errors = [{ index: 0, message }]
    await record(db, first, readAnswer({ kind: 'answered', ids: [], errors }, 1))
    const second = await claimNow(db, [unanswered])
    await record(db, second, readAnswer({ kind: 'no_response', code: 'network', message }, 1))
    const third = await claimNow(db, [named])
    const ids = [`id ${message}`]
    await record(db, third, readAnswer({ kind: 'answered', ids, errors: [] }, 1))
    expect(await errorsOf(db, refused)).toEqual([expect.stringMatching(/^validation_error: /)])
    expect(await errorsOf(db, unanswered)).toEqual([expect.stringMatching(/^network: /)])
    expect(await errorsOf(db, named)).not.toEqual([expect.stringMatching(/^pending:/)])
  }
})
