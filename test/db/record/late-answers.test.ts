import { expect, test } from 'vitest'
import type { ClaimedBatch } from '../../../src/core/claim/claims.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { addDueUsers } from '../../support/host.ts'
import {
  accepted,
  claim,
  claimNow,
  createJobs,
  deliveriesOf,
  endLease,
  errorsOf,
  readBatch,
  record,
  rejected,
} from '../../support/service-parts.ts'

// A slow worker: its lease has expired, and another has the batch when it answers.

const noAnswer = { kind: 'repeat', error: 'network: reset' } as const
const UNKNOWN = expect.stringMatching(/^unknown: /)

/** A batch of one email with two attempts in flight. */
async function twoAttempts(db: TestDatabase['db']) {
  const [userId = ''] = await addDueUsers(db, 1)
  const first = await claimNow(db, [userId])
  await endLease(db, first.id)
  const second = (await claim(db, first.id)) as ClaimedBatch
  expect(second.attempt).toBe(2)
  return { userId, first, second }
}

test('the acceptance of an older attempt counts, for the row of that attempt', async () => {
  const { db } = await createDatabase()
  const { userId, first, second } = await twoAttempts(db)
  await record(db, first, accepted(first))
  await record(db, second, accepted(second))
  expect(await errorsOf(db, userId)).toEqual([null, UNKNOWN])
  expect(await deliveriesOf(db, userId)).toMatchObject([{ state: 'accepted' }])
})

test('the acceptance of the newer attempt counts once, however late the older one answers', async () => {
  const { db } = await createDatabase()
  const { userId, first, second } = await twoAttempts(db)
  await record(db, second, accepted(second))
  await record(db, first, accepted(first))
  await record(db, first, rejected(first))
  expect(await errorsOf(db, userId)).toEqual([UNKNOWN, null])
})

test('no attempt stays pending once its email is accepted, even without an answer', async () => {
  const { db } = await createDatabase()
  const { userId, first } = await twoAttempts(db)
  await record(db, first, accepted(first))
  expect(await readBatch(db, first.id)).toMatchObject({ state: 'resolved' })
  expect(await errorsOf(db, userId)).toEqual([null, UNKNOWN])
})

test.each([
  noAnswer,
  { kind: 'wait', error: 'rate_limit_exceeded: slow down', seconds: 1 } as const,
])('a late $kind does not release the batch of another worker', async outcome => {
  const { db } = await createDatabase()
  const { userId, first, second } = await twoAttempts(db)
  const before = await readBatch(db, first.id)
  const { jobs, delivered } = createJobs()

  await record(db, first, outcome, jobs)

  expect(await readBatch(db, first.id)).toEqual(before)
  expect(delivered).toEqual([])
  expect(await claim(db, first.id)).toBeNull()
  expect(await errorsOf(db, userId)).toEqual([UNKNOWN, expect.stringMatching(/^pending:/)])
  await record(db, second, accepted(second))
  expect(await errorsOf(db, userId)).toEqual([UNKNOWN, null])
})
