import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { listFailures } from '../../../src/db/record/list-failures.ts'
import { recordOutcome } from '../../../src/db/record/record-outcome.ts'
import { findRun } from '../../../src/db/runs/read-runs.ts'
import { notifications } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers, readAttempts } from '../../support/host.ts'
import {
  accepted,
  addRun,
  claim,
  claimedIds,
  claimNow,
  createJobs,
  deliveriesOf,
  errorsOf,
  readBatch,
  record,
} from '../../support/service-parts.ts'

const noAnswer = { kind: 'repeat', error: 'timeout: no answer in time' } as const
const slowDown = { kind: 'wait', error: 'rate_limit_exceeded: slow down', seconds: 60 } as const
const stopped = { kind: 'stop', error: 'invalid_api_key: the key was revoked' } as const

test('an email without an answer is unknown: still claimed, and retried under the same key', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const batch = await claimNow(db, [userId])
  const { jobs, delivered } = createJobs()

  await record(db, batch, noAnswer, jobs)

  expect(await readAttempts(db, userId)).toMatchObject([
    { success: false, errorMessage: 'timeout: no answer in time' },
  ])
  expect(await deliveriesOf(db, userId)).toMatchObject([{ state: 'unknown', closedAt: null }])
  expect(await claimedIds(db)).toHaveLength(1)
  expect(delivered).toEqual([batch.id])
  expect(await claim(db, batch.id)).toEqual({ ...batch, attempt: 2 })
})

test('a postponed email is neither unknown nor failed: it waits', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const batch = await claimNow(db, [userId])
  const { jobs, delivered } = createJobs()

  await recordOutcome(db, jobs, batch, slowDown, 60_000)

  expect(await errorsOf(db, userId)).toEqual(['rate_limit_exceeded: slow down'])
  expect(await deliveriesOf(db, userId)).toMatchObject([{ state: 'claimed', closedAt: null }])
  expect(await claimedIds(db)).toHaveLength(1)
  expect(delivered).toEqual([batch.id])
  const { nextAttemptAt, leasedUntil } = await readBatch(db, batch.id)
  expect(nextAttemptAt.getTime()).toBeGreaterThan(Date.now() + 30_000)
  expect(leasedUntil).toBeNull()
  expect(await claim(db, batch.id)).toBeNull()
})

test('a retry may still be accepted: one success, and every attempt keeps its row', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  let batch = await claimNow(db, [userId])
  for (const outcome of [noAnswer, slowDown, noAnswer]) {
    await record(db, batch, outcome)
    batch = (await claim(db, batch.id)) ?? batch
  }
  expect(batch.attempt).toBe(4)
  await record(db, batch, accepted(batch))
  expect(await errorsOf(db, userId)).toEqual([noAnswer.error, slowDown.error, noAnswer.error, null])
  const attempts = await readAttempts(db, userId)
  expect(attempts.map(({ success }) => success)).toEqual([false, false, false, true])
})

test.each([noAnswer, slowDown])('$kind changes nothing if it is recorded twice', async outcome => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const batch = await claimNow(db, [userId])
  await record(db, batch, outcome)
  const errors = await errorsOf(db, userId)
  const deliveries = await deliveriesOf(db, userId)
  await record(db, batch, { ...outcome, error: 'network: something else' })
  expect(await errorsOf(db, userId)).toEqual(errors)
  expect(await deliveriesOf(db, userId)).toEqual(deliveries)
})

describe('a refusal that stops sending', () => {
  test('releases every email: the same users get a new batch', async () => {
    const { db } = await createDatabase()
    const userIds = await addDueUsers(db, 2)
    const runId = await addRun(db)
    const batch = await claimNow(db, userIds, { runId })
    const { jobs, delivered } = createJobs()

    await record(db, batch, stopped, jobs)
    await record(db, batch, stopped, jobs)

    expect(await claimedIds(db)).toEqual([])
    expect(await readBatch(db, batch.id)).toMatchObject({ state: 'resolved' })
    const [next = ''] = delivered
    expect(delivered).toEqual([next])
    expect(next).not.toBe(batch.id)
    expect(await readBatch(db, next)).toMatchObject({
      state: 'planned',
      runId,
      userIds: [...userIds].sort(),
    })
    expect(await listFailures(db, runId, 10)).toEqual([])
    const again = await claim(db, next)
    expect(again).toMatchObject({ id: next, runId, attempt: 1, size: 2 })
    if (again) await record(db, again, accepted(again))
    for (const userId of userIds) {
      expect(await errorsOf(db, userId)).toEqual([stopped.error, null])
      expect(await deliveriesOf(db, userId)).toMatchObject([
        { state: 'released', closedAt: expect.any(Date) },
        { state: 'accepted' },
      ])
    }
    expect((await findRun(db, runId))?.counts).toMatchObject({ sent: 2, failed: 0, unknown: 0 })
  })

  test('leaves users who have read everything meanwhile out of the new batch', async () => {
    const { db } = await createDatabase()
    const [reader = '', other = ''] = await addDueUsers(db, 2)
    const batch = await claimNow(db, [reader, other])
    const { jobs, delivered } = createJobs()
    await record(db, batch, stopped, jobs)
    await db.update(notifications).set({ isRead: true }).where(eq(notifications.userId, reader))
    expect(await claim(db, delivered[0] ?? '')).toMatchObject({ size: 1 })
    expect(await deliveriesOf(db, reader)).toMatchObject([{ state: 'released' }])
  })

  test('settles no earlier attempt: an email that may have been accepted is not sent anew', async () => {
    const { db } = await createDatabase()
    const [userId = ''] = await addDueUsers(db, 1)
    const first = await claimNow(db, [userId])
    await record(db, first, noAnswer)
    const second = (await claim(db, first.id)) ?? first
    const { jobs, delivered } = createJobs()

    await record(db, second, stopped, jobs)

    expect(await errorsOf(db, userId)).toEqual([noAnswer.error, stopped.error])
    expect(await deliveriesOf(db, userId)).toMatchObject([{ state: 'unknown', closedAt: null }])
    expect(await claimedIds(db)).toHaveLength(1)
    expect(delivered).toEqual([first.id])
    expect(await claim(db, first.id)).toEqual({ ...first, attempt: 3 })
  })
})
