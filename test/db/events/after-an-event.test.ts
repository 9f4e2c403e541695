import { expect, test } from 'vitest'
import type { ClaimedBatch } from '../../../src/core/claim/claims.ts'
import type { Outcome } from '../../../src/core/record/read-answer.ts'
import { atOnce, concurrentDatabase } from '../../support/concurrency.ts'
import { createDatabase } from '../../support/database.ts'
import { readAttempts } from '../../support/host.ts'
import { PENDING, startInFlightEmail, statusOf, UNKNOWN } from '../../support/in-flight-email.ts'
import { deliveryOf } from '../../support/record-event.ts'
import {
  accepted,
  claim,
  claimedIds,
  createJobs,
  endLease,
  errorsOf,
  readBatch,
  record,
  rejected,
} from '../../support/service-parts.ts'

// An event arrived before the answer. Nothing that follows may duplicate anything.

const noAnswer = { kind: 'repeat', error: 'network: reset' } as const

const late: [string, (batch: ClaimedBatch) => Outcome][] = [
  ['an acceptance', accepted],
  ['a refusal', rejected],
  ['no answer', () => noAnswer],
  ['a 429', () => ({ kind: 'wait', error: 'rate_limit_exceeded: slow', seconds: 1 })],
]
test.each(late)('after an event, a late outcome changes nothing: %s', async (_kind, outcome) => {
  const { db } = await createDatabase()
  const { userId, batch, receive } = await startInFlightEmail(db)
  await receive('email.delivered')
  const before = [
    await deliveryOf(db, userId),
    await readAttempts(db),
    await readBatch(db, batch.id),
  ]
  const { jobs, delivered } = createJobs()

  await record(db, batch, outcome(batch), jobs)

  expect([
    await deliveryOf(db, userId),
    await readAttempts(db),
    await readBatch(db, batch.id),
  ]).toEqual(before)
  expect(delivered).toEqual([])
  expect(await claimedIds(db)).toHaveLength(1)
})

test('of several attempts the newest is marked as accepted, and none stays pending', async () => {
  const { db } = await createDatabase()
  const { userId, batch, receive } = await startInFlightEmail(db)
  await record(db, batch, noAnswer)
  await endLease(db, batch.id)
  await claim(db, batch.id)
  await endLease(db, batch.id)
  const third = (await claim(db, batch.id)) as ClaimedBatch
  expect(await errorsOf(db, userId)).toEqual([noAnswer.error, UNKNOWN, PENDING])

  await receive('email.sent')
  await record(db, third, accepted(third))

  expect(await errorsOf(db, userId)).toEqual([noAnswer.error, UNKNOWN, null])
})

test('the rest of its batch is retried unchanged, with new rows only for the rest', async () => {
  const { db } = await createDatabase()
  const { userIds, runId, batch, receive } = await startInFlightEmail(db, 3)
  await receive('email.sent', userIds[1])
  expect(await readBatch(db, batch.id)).toMatchObject({ state: 'frozen' })
  expect(await statusOf(db, runId)).toBe('running')

  await endLease(db, batch.id)
  const again = (await claim(db, batch.id)) as ClaimedBatch
  expect(again).toMatchObject({ attempt: 2, size: 3, body: batch.body })
  await record(db, again, accepted(again))

  expect(await errorsOf(db, userIds[1] ?? '')).toEqual([null])
  for (const userId of [userIds[0] ?? '', userIds[2] ?? '']) {
    expect(await errorsOf(db, userId)).toEqual([UNKNOWN, null])
  }
  expect(await deliveryOf(db, userIds[1] ?? '')).toMatchObject({ providerId: `e-${userIds[1]}` })
})

test('events for all emails of a batch at once resolve it, though each closes only its own', async () => {
  const { db, outside } = await concurrentDatabase()
  const { userIds, runId, batch, receive } = await startInFlightEmail(db, 4)
  const events = userIds.map(userId => () => receive('email.sent', userId))
  await atOnce(outside, 'tidings.batches', events)
  expect(await readBatch(db, batch.id)).toMatchObject({ state: 'resolved' })
  expect(await statusOf(db, runId)).toBe('completed')
})

test('events for a whole batch and its answer, all at once, leave each email one accepted row', async () => {
  const { db, outside } = await concurrentDatabase()
  const { userIds, runId, batch, receive } = await startInFlightEmail(db, 4)
  const events = userIds.flatMap(userId => [
    () => receive('email.sent', userId),
    () => receive('email.delivered', userId),
  ])

  await atOnce(outside, 'tidings.deliveries', [...events, () => record(db, batch, accepted(batch))])

  expect(await readBatch(db, batch.id)).toMatchObject({ state: 'resolved' })
  for (const userId of userIds) {
    expect(await errorsOf(db, userId)).toEqual([null])
    const end = { state: 'accepted', progress: 'delivered' }
    expect(await deliveryOf(db, userId)).toMatchObject(end)
  }
  expect(['running', 'completed']).toContain(await statusOf(db, runId))
})
