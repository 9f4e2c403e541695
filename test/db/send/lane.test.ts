import { expect, test } from 'vitest'
import { createBudget } from '../../../src/db/send/budget.ts'
import { resumeLane } from '../../../src/db/send/resume-lane.ts'
import { watchLane } from '../../../src/db/send/watch-lane.ts'
import { laneOf } from '../../lanes/lane-parts.ts'
import { createDatabase } from '../../setup/database.ts'

const why = 'invalid_api_key: the key was revoked'

async function prepare() {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane: 'resend', requestsPerSecond: 1_000 })
  const lane = watchLane(db, 'resend', { firstProbe: 15_000, longestProbe: 300_000 })
  /** As if time had passed. */
  const age = (seconds: number) =>
    db.execute(`update tidings.lanes set stopped_at = stopped_at - interval '${seconds} s',
      probe_at = probe_at - interval '${seconds} s', paused_until = paused_until - interval '${seconds} s'`)
  const probeIn = async () => Math.round((await laneOf(db)).probe_in ?? -1)
  return { db, budget, lane, age, probeIn }
}

test('however many stop it at once, one call has stopped it, and nobody gets a slot', async () => {
  const { budget, lane } = await prepare()
  const told = await Promise.all(Array.from({ length: 8 }, () => lane.stop(why, 'probe')))
  expect(told.filter(Boolean)).toHaveLength(1)
  const slot = await budget.reserve()
  expect(slot).toEqual({ pausedForMs: expect.any(Number), stopped: true })
  expect('pausedForMs' in slot && slot.pausedForMs).toBeGreaterThan(14_000)
  expect(await budget.held()).toMatchObject({ stopped: true })
})

test('a probe has its time, one process takes it, and the time between two doubles', async () => {
  const { lane, age, probeIn } = await prepare()
  await lane.stop(why, 'probe')
  expect(await lane.takeProbe()).toBeNull()
  const waits: number[] = []
  for (let turn = 0; turn < 8; turn += 1) {
    const wait = await probeIn()
    waits.push(wait)
    await age(wait + 1)
    const taken = await Promise.all([1, 2, 3].map(() => lane.takeProbe()))
    expect(taken.filter(reason => reason === why)).toHaveLength(1)
  }
  expect(waits.slice(0, 2)).toEqual([15, 16])
  expect(waits[4]).toBeGreaterThan(120)
  expect(waits.slice(-2)).toEqual([300, 300])
})

test('opened in vain, it stops again for longer; opened for good, trouble starts anew', async () => {
  const { budget, lane, age, probeIn } = await prepare()
  await lane.stop(why, 'probe')
  await age(100)
  expect(await lane.open(why)).toBe(true)
  expect(await lane.open(why)).toBe(false)
  await lane.stop(why, 'probe')
  expect(await probeIn()).toBe(100)
  await age(100)
  await lane.open(why)
  await budget.endTrial(true)
  await lane.stop(why, 'probe')
  expect(await probeIn()).toBe(15)
})

test('once it is open one request goes ahead; the others follow when it has been taken', async () => {
  const { budget, lane, age } = await prepare()
  await lane.stop(why, 'probe')
  await age(20)
  await lane.open(why)
  const slots = await Promise.all([1, 2, 3].map(() => budget.reserve()))
  expect(slots.filter(slot => 'trial' in slot)).toMatchObject([{ waitMs: 0, trial: true }])
  expect(slots.filter(slot => 'pausedForMs' in slot)).toHaveLength(2)
  await budget.endTrial(true)
  expect(await budget.reserve()).toEqual({ waitMs: expect.any(Number), moment: expect.any(Number) })
})

test('a trial that came to nothing gives its place to the next, and so does one that died', async () => {
  const { budget, lane, age } = await prepare()
  await lane.stop(why, 'probe')
  await age(20)
  await lane.open(why)
  expect(await budget.reserve()).toHaveProperty('trial')
  await budget.endTrial(false)
  expect(await budget.reserve()).toHaveProperty('trial')
  await age(3)
  expect(await budget.reserve()).toHaveProperty('trial')
})

test('what only a person may open is stopped over the other, and no probe opens it', async () => {
  const { db, lane, age } = await prepare()
  const bounced = 'bounce_rate: too many'
  await lane.stop(why, 'probe')
  expect(await lane.stop(bounced, 'resumed')).toBe(true)
  expect(await lane.stop(bounced, 'resumed')).toBe(false)
  expect(await lane.stop(why, 'probe')).toBe(false)
  await age(3_600)
  expect(await lane.takeProbe()).toBeNull()
  expect(await lane.open(why)).toBe(false)
  expect(await lane.open(bounced)).toBe(false)
  expect(await laneOf(db)).toMatchObject({ stopped_reason: bounced, stopped_until: 'resumed' })
})

test('a quota puts the probe off, also of a lane that is stopped already', async () => {
  const { lane, probeIn } = await prepare()
  await lane.stop('daily_quota_exceeded: enough', 'probe', 3_600_000)
  expect(await probeIn()).toBe(3_600)
  expect(await lane.stop('monthly_quota_exceeded: enough', 'probe', 7_200_000)).toBe(false)
  expect(await lane.stop(why, 'probe')).toBe(false)
  expect(await probeIn()).toBe(7_200)
})

test('what was read before somebody resumed the lane does not stop it again', async () => {
  const { db, lane } = await prepare()
  const read = { accepted: 200, bounced: 9, complained: 0, countedFrom: null }
  const breach = 'bounce_rate: too many'
  expect(await lane.stopFor(breach, read)).toBe(true)
  await resumeLane(db, 'resend')

  expect(await lane.stopFor(breach, read)).toBe(false)

  const [{ from = '' } = {}] = await db.execute<{ from: string }>(
    'select counted_from::text as from from tidings.lanes',
  )
  expect(await lane.stopFor(breach, { ...read, countedFrom: from })).toBe(true)
})
