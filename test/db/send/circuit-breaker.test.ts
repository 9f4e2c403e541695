import { expect, test } from 'vitest'
import { createCircuitBreaker } from '../../../src/db/send/circuit-breaker.ts'
import { createRateLimiter } from '../../../src/db/send/rate-limiter.ts'
import { resumeSending } from '../../../src/db/send/resume-sending.ts'
import { createDatabase } from '../../support/database.ts'
import { accountOf } from '../../support/sending-parts.ts'

const why = 'invalid_api_key: the key was revoked'
const STOPPED = { kind: 'paused', forMs: Number.POSITIVE_INFINITY }

async function prepare() {
  const { db } = await createDatabase()
  const limiter = await createRateLimiter(db, { account: 'resend', requestsPerSecond: 1_000 })
  const timing = { firstProbe: 15_000, longestProbe: 300_000 }
  const circuit = createCircuitBreaker(db, 'resend', timing)
  /** Moves all times of the account into the past. */
  const age = (seconds: number) =>
    db.execute(`update tidings.lanes set stopped_at = stopped_at - interval '${seconds} s',
      probe_at = probe_at - interval '${seconds} s', paused_until = paused_until - interval '${seconds} s'`)
  const probeIn = async () => Math.round((await accountOf(db)).probe_in ?? -1)
  return { db, limiter, circuit, age, probeIn }
}

test('one of many concurrent calls stops sending, and then no process gets a slot', async () => {
  const { limiter, circuit } = await prepare()
  const tripped = await Promise.all(Array.from({ length: 8 }, () => circuit.trip(why, 'probe')))
  expect(tripped.filter(Boolean)).toHaveLength(1)
  expect(await limiter.reserve()).toEqual(STOPPED)
  expect(await limiter.pausedForMs()).toBe(Number.POSITIVE_INFINITY)
})

test('one process takes each probe when it is due, and the interval doubles', async () => {
  const { circuit, age, probeIn } = await prepare()
  await circuit.trip(why, 'probe')
  expect(await circuit.takeProbe()).toBeNull()
  const waits: number[] = []
  for (let turn = 0; turn < 8; turn += 1) {
    const wait = await probeIn()
    waits.push(wait)
    await age(wait + 1)
    const taken = await Promise.all([1, 2, 3].map(() => circuit.takeProbe()))
    expect(taken.filter(reason => reason === why)).toHaveLength(1)
  }
  expect(waits.slice(0, 2)).toEqual([15, 16])
  expect(waits[4]).toBeGreaterThan(120)
  expect(waits.slice(-2)).toEqual([300, 300])
})

test('a stop soon after a useless probe lasts longer; one after a success starts anew', async () => {
  const { limiter, circuit, age, probeIn } = await prepare()
  await circuit.trip(why, 'probe')
  await age(100)
  expect(await circuit.halfOpen(why)).toBe(true)
  expect(await circuit.halfOpen(why)).toBe(false)
  await circuit.trip(why, 'probe')
  expect(await probeIn()).toBe(100)
  await age(100)
  await circuit.halfOpen(why)
  await limiter.endHalfOpen()
  await circuit.trip(why, 'probe')
  expect(await probeIn()).toBe(15)
})

test('when half open, one request goes ahead and the others follow after its success', async () => {
  const { limiter, circuit, age } = await prepare()
  await circuit.trip(why, 'probe')
  await age(20)
  await circuit.halfOpen(why)
  const slots = await Promise.all([1, 2, 3].map(() => limiter.reserve()))
  expect(slots.filter(slot => 'halfOpenTrial' in slot)).toEqual([
    { kind: 'granted', waitMs: expect.any(Number), halfOpenTrial: true },
  ])
  expect(slots.filter(slot => slot.kind === 'paused')).toHaveLength(2)
  await limiter.endHalfOpen()
  expect(await limiter.reserve()).toEqual({ kind: 'granted', waitMs: expect.any(Number) })
})

test('another trial follows when the process with the first one dies', async () => {
  const { limiter, circuit, age } = await prepare()
  await circuit.trip(why, 'probe')
  await age(20)
  await circuit.halfOpen(why)
  expect(await limiter.reserve()).toHaveProperty('halfOpenTrial')
  await age(3)
  expect(await limiter.reserve()).toHaveProperty('halfOpenTrial')
})

test('a stop that only a person can end replaces the other kind, and no probe ends it', async () => {
  const { db, circuit, age } = await prepare()
  const bounced = 'bounce_rate: too many'
  await circuit.trip(why, 'probe')
  expect(await circuit.trip(bounced, 'resumed')).toBe(true)
  expect(await circuit.trip(bounced, 'resumed')).toBe(false)
  expect(await circuit.trip(why, 'probe')).toBe(false)
  await age(3_600)
  expect(await circuit.takeProbe()).toBeNull()
  expect(await circuit.halfOpen(why)).toBe(false)
  expect(await circuit.halfOpen(bounced)).toBe(false)
  expect(await accountOf(db)).toMatchObject({ stopped_reason: bounced, stopped_until: 'resumed' })
})

test('a quota postpones the probe, even if sending is stopped already', async () => {
  const { circuit, probeIn } = await prepare()
  await circuit.trip('daily_quota_exceeded: enough', 'probe', 3_600_000)
  expect(await probeIn()).toBe(3_600)
  expect(await circuit.trip('monthly_quota_exceeded: enough', 'probe', 7_200_000)).toBe(false)
  expect(await circuit.trip(why, 'probe')).toBe(false)
  expect(await probeIn()).toBe(7_200)
})

test('bounces read before sending was resumed do not stop it again', async () => {
  const { db, circuit } = await prepare()
  const read = { accepted: 200, bounced: 9, complained: 0, countedFrom: null }
  const breach = 'bounce_rate: too many'
  expect(await circuit.tripFor(breach, read)).toBe(true)
  await resumeSending(db, 'resend', 'cli')

  expect(await circuit.tripFor(breach, read)).toBe(false)

  const [{ from = '' } = {}] = await db.execute<{ from: string }>(
    'select counted_from::text as from from tidings.lanes',
  )
  expect(await circuit.tripFor(breach, { ...read, countedFrom: from })).toBe(true)
})
