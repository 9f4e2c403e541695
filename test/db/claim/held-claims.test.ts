import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { ClaimedBatch } from '../../../src/core/claim/claims.ts'
import { handBack, renewLeases } from '../../../src/db/claim/hold-claims.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers } from '../../support/host.ts'
import {
  accepted,
  claim,
  claimNow,
  createJobs,
  endLease,
  errorsOf,
  readBatch,
  record,
} from '../../support/service-parts.ts'

const LEASE_MS = 40_000
const PENDING = expect.stringMatching(/^pending:/)
const UNKNOWN = expect.stringMatching(/^unknown:/)

const renew = async (db: Database, batch: ClaimedBatch) =>
  (await renewLeases(db, [batch], LEASE_MS)).has(batch.id)

async function prepare() {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  return { db, userId, batch: await claimNow(db, [userId]), ...createJobs() }
}

/** Backdates the request by this many hours. */
const age = (db: Database, hours: number) =>
  db.execute(sql`update tidings.batches set frozen_at = now() - make_interval(hours => ${hours})`)

test('a renewed lease keeps other workers away', async () => {
  const { db, batch } = await prepare()
  await endLease(db, batch.id)
  expect(await renew(db, batch)).toBe(true)
  expect(await claim(db, batch.id)).toBeNull()
})

test('a batch that another worker has claimed is not renewed', async () => {
  const { db, batch } = await prepare()
  await endLease(db, batch.id)
  const second = await claim(db, batch.id)
  expect(await renew(db, batch)).toBe(false)
  expect(second && (await renew(db, second))).toBe(true)
})

test('a resolved batch is not renewed', async () => {
  const { db, batch } = await prepare()
  await record(db, batch, accepted(batch))
  expect(await renew(db, batch)).toBe(false)
})

test('a batch that was handed back is claimed again as the same attempt, with the same rows', async () => {
  const { db, userId, batch, jobs, delivered } = await prepare()

  await handBack(db, jobs, [batch])

  expect(delivered).toEqual([batch.id])
  expect(await claim(db, batch.id)).toEqual(batch)
  expect(await errorsOf(db, userId)).toEqual([PENDING])
  // It has a lease again; once that expires, its request may have left.
  expect(await claim(db, batch.id)).toBeNull()
  await endLease(db, batch.id)
  expect(await claim(db, batch.id)).toEqual({ ...batch, attempt: 2 })
  expect(await errorsOf(db, userId)).toEqual([UNKNOWN, PENDING])
})

test('a retry that was handed back stays the same retry', async () => {
  const { db, userId, batch, jobs } = await prepare()
  await record(db, batch, { kind: 'repeat', error: 'timeout: no answer' })
  const retry = await claim(db, batch.id)
  if (!retry) throw new Error('no retry')

  await handBack(db, jobs, [retry])

  expect(await claim(db, batch.id)).toEqual(retry)
  expect(await errorsOf(db, userId)).toEqual(['timeout: no answer', PENDING])
})

test('a worker that has lost a batch cannot hand it back', async () => {
  const { db, batch, jobs, delivered } = await prepare()
  await endLease(db, batch.id)
  await claim(db, batch.id)

  await handBack(db, jobs, [batch])

  expect(delivered).toEqual([])
  expect((await readBatch(db, batch.id)).leasedUntil).not.toBeNull()
})

test('a request that never left may wait longer than the provider keeps a key', async () => {
  const { db, batch, jobs } = await prepare()
  await age(db, 24)
  expect(await renew(db, batch)).toBe(true)
  await handBack(db, jobs, [batch])
  expect(await claim(db, batch.id)).toEqual(batch)
})

test('a retry whose key may have expired is neither renewed nor taken over', async () => {
  const { db, userId, batch, jobs } = await prepare()
  await record(db, batch, { kind: 'repeat', error: 'timeout: no answer' })
  const retry = await claim(db, batch.id)
  if (!retry) throw new Error('no retry')
  await age(db, 24)

  expect(await renew(db, retry)).toBe(false)
  await handBack(db, jobs, [retry])

  expect(await claim(db, batch.id)).toBeNull()
  expect(await errorsOf(db, userId)).toEqual(['timeout: no answer', UNKNOWN])
  expect((await readBatch(db, batch.id)).state).toBe('resolved')
})
