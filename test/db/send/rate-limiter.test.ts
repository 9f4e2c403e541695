import { expect, test } from 'vitest'
import type { RateLimiter } from '../../../src/core/send/rate-limiter.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { providerAccounts } from '../../../src/db/schema.ts'
import { createRateLimiter } from '../../../src/db/send/rate-limiter.ts'
import { createDatabase } from '../../support/database.ts'

const account = 'resend'
/** The part of a rate that the limiter uses. */
const USED = 0.965
const AT_ONCE = { kind: 'granted', waitMs: expect.closeTo(0, -3) }

/** So far ahead that the duration of this test does not matter. */
const farAhead = (db: Database) =>
  db.execute(`update tidings.lanes set next_at = now() + interval '1 day'`)

/** Milliseconds since the epoch. */
async function nextAt(db: Database): Promise<number> {
  const [row] = await db.select().from(providerAccounts)
  return row?.nextAt.getTime() ?? Number.NaN
}

/** By how many milliseconds the next slot moves when these reserve concurrently. */
async function movedBy(db: Database, limiters: RateLimiter[]): Promise<number> {
  await farAhead(db)
  const before = await nextAt(db)
  await Promise.all(limiters.map(limiter => limiter.reserve()))
  return (await nextAt(db)) - before
}

const times = (count: number, limiter: RateLimiter) => Array.from({ length: count }, () => limiter)

test('grants the first request its slot at once', async () => {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account })
  expect(await limiter.reserve()).toEqual(AT_ONCE)
})

test('spaces slots evenly and leaves 3.5 % of the rate unused', async () => {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account, requestsPerSecond: 10 })
  expect(await movedBy(db, times(12, limiter))).toBeCloseTo((12 * 100) / USED, -1)
})

test('moves later slots by the delay of a late request that the margin does not cover', async () => {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account, requestsPerSecond: 10 })
  await farAhead(db)
  const before = await nextAt(db)
  await limiter.reserve(15)
  const onTime = (await nextAt(db)) - before
  await limiter.reserve(75)
  const late = (await nextAt(db)) - before - onTime
  expect(onTime).toBeCloseTo(100 / USED, -1)
  expect(late).toBeCloseTo(100 / USED + 60, -1)
})

test('does not move slots if the late request was long ago', async () => {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account, requestsPerSecond: 10 })
  await db.execute(`update tidings.lanes set next_at = now() - interval '1 day'`)
  expect(await limiter.reserve(50_000)).toEqual(AT_ONCE)
})

test('returns how long to wait for the slot', async () => {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account, requestsPerSecond: 0.001 * (1 / USED) })
  await limiter.reserve()
  const second = await limiter.reserve()
  const third = await limiter.reserve()
  const waits = [second, third].map(slot => (slot.kind === 'granted' ? slot.waitMs : Number.NaN))
  expect(waits[0]).toBeGreaterThan(900_000)
  expect(waits[0]).toBeLessThanOrEqual(1_000_000)
  expect(waits[1]).toBeGreaterThan(1_900_000)
  expect(waits[1]).toBeLessThanOrEqual(2_000_000)
})

test('shares one rate between processes', async () => {
  const { db } = await createDatabase()
  const options = { account, requestsPerSecond: 10 }
  const nodes = [await createRateLimiter(db, options), await createRateLimiter(db, options)]
  const moved = await movedBy(db, [...nodes, ...nodes, ...nodes])
  expect(moved).toBeCloseTo((6 * 100) / USED, -1)
})

test('saves up nothing for a burst while idle', async () => {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account, requestsPerSecond: 0.01 })
  await db.execute(`update tidings.lanes set next_at = now() - interval '1 day'`)
  expect(await limiter.reserve()).toEqual(AT_ONCE)
  const second = await limiter.reserve()
  expect(second.kind === 'granted' && second.waitMs).toBeGreaterThan(90_000)
})

test('uses two requests per second until the provider reports its rate to any process', async () => {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account })
  const other = await createRateLimiter(db, { account })
  expect(await movedBy(db, times(4, limiter))).toBeCloseTo(4 * 500, -1)
  await limiter.learn(0.5)
  expect(await movedBy(db, times(4, other))).toBeCloseTo((4 * 2_000) / USED, -1)
  await limiter.learn(1)
  const late = await createRateLimiter(db, { account })
  expect(await movedBy(db, times(4, late))).toBeCloseTo((4 * 1_000) / USED, -1)
})

test('keeps the rate that was reported last, whichever process received it', async () => {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account })
  const other = await createRateLimiter(db, { account })
  await limiter.learn(5)
  await limiter.reserve()
  await other.learn(10)
  await limiter.reserve()
  await limiter.learn(5)
  expect(await db.select().from(providerAccounts)).toMatchObject([{ learntRate: 5 }])
})

test('prefers a configured rate to the reported one', async () => {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account, requestsPerSecond: 1 })
  await limiter.learn(100)
  expect(await movedBy(db, times(5, limiter))).toBeCloseTo((5 * 1_000) / USED, -1)
})

test('leaves a share of a reported rate to others, and none of a configured one', async () => {
  const { db } = await createDatabase()
  const learning = await createRateLimiter(db, { account, headroom: 0.5 })
  await learning.learn(2)
  expect(await movedBy(db, times(4, learning))).toBeCloseTo(4 * 1_000, -1)
  const configured = await createRateLimiter(db, { account, headroom: 0.5, requestsPerSecond: 4 })
  expect(await movedBy(db, times(4, configured))).toBeCloseTo((4 * 250) / USED, -1)
})

test('grants no slot during a pause, and the longer of two pauses wins', async () => {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account })
  const other = await createRateLimiter(db, { account })
  expect(await limiter.pausedForMs()).toBe(0)
  await limiter.pause(3_600, 'daily_quota_exceeded: come back tomorrow')
  await limiter.pause(1, 'rate_limit_exceeded: slow down')
  expect(await db.select().from(providerAccounts)).toMatchObject([
    { pauseReason: 'daily_quota_exceeded: come back tomorrow' },
  ])
  for (const node of [limiter, other]) {
    const slot = await node.reserve()
    const forMs = await node.pausedForMs()
    for (const waitMs of [slot.kind === 'paused' ? slot.forMs : 0, forMs]) {
      expect(waitMs).toBeGreaterThan(3_500_000)
      expect(waitMs).toBeLessThanOrEqual(3_600_000)
    }
  }
})

test('uses up no slot during a pause', async () => {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account, requestsPerSecond: 0.01 })
  await limiter.pause(3_600, 'rate_limit_exceeded: slow down')
  await Promise.all(times(5, limiter).map(node => node.reserve()))
  await db.execute(`update tidings.lanes set paused_until = now() - interval '1 second'`)
  expect(await limiter.reserve()).toEqual(AT_ONCE)
})

test('keeps accounts separate', async () => {
  const { db } = await createDatabase()
  const paused = await createRateLimiter(db, { account: 'paused' })
  const free = await createRateLimiter(db, { account: 'free' })
  await paused.pause(60, 'rate_limit_exceeded: slow down')
  expect(await free.reserve()).toEqual(AT_ONCE)
})
