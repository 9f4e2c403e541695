import { expect, test } from 'vitest'
import type { Budget } from '../../../src/core/send/budget.ts'
import { lanes } from '../../../src/db/schema.ts'
import { createBudget } from '../../../src/db/send/budget.ts'
import { createDatabase } from '../../setup/database.ts'

/** Takes slots at once. Resolves to their moments, in milliseconds, in order. */
async function takeAtOnce(budgets: Budget[]): Promise<number[]> {
  const moments = await Promise.all(
    budgets.map(async budget => {
      const slot = await budget.reserve()
      if ('pausedForMs' in slot) throw new Error('paused')
      return performance.now() + slot.waitMs
    }),
  )
  return moments.sort((a, b) => a - b)
}

/** The spaces between moments; a machine under load reads its clock late, hence the tolerance. */
function expectSpacing(moments: number[], ms: number): void {
  const spaces = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0))
  for (const space of spaces) {
    expect(space).toBeGreaterThan(ms * 0.6)
    expect(space).toBeLessThan(ms * 1.4)
  }
}

const lane = 'resend'
const times = (count: number, budget: Budget) => Array.from({ length: count }, () => budget)

test('the first request may leave at once', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane })
  expect(await budget.reserve()).toEqual({ waitMs: 0 })
})

test('requests leave one interval apart, however many ask at once', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 1 })
  expectSpacing(await takeAtOnce(times(12, budget)), 1_000)
})

test('a moment may be asked for ahead, and the next one is an interval behind it', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 1 })
  const first = await budget.reserve(5_000)
  const second = await budget.reserve()
  expect('waitMs' in first && first.waitMs).toBeGreaterThan(4_000)
  expect('waitMs' in second && second.waitMs).toBeGreaterThan(5_000)
})

test('a request that was late puts off the next moment', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 0.01 })
  await budget.reserve()
  const next = await budget.reserve(0, 5_000)
  expect('waitMs' in next && next.waitMs).toBeGreaterThan(107_000)
  expect('waitMs' in next && next.waitMs).toBeLessThan(108_000)
})

test('a fortieth of a rate is never used: a provider may count to the millisecond', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 0.01 })
  await budget.reserve()
  const next = await budget.reserve()
  expect('waitMs' in next && next.waitMs).toBeGreaterThan(102_000)
  expect('waitMs' in next && next.waitMs).toBeLessThan(103_000)
})

test('several processes share one budget', async () => {
  const { db } = await createDatabase()
  const options = { lane, requestsPerSecond: 1 }
  const nodes = [await createBudget(db, options), await createBudget(db, options)]
  expectSpacing(await takeAtOnce([...nodes, ...nodes, ...nodes]), 1_000)
})

test('what nobody used is not saved up for a burst', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 1 })
  await db.execute(`update tidings.lanes set next_at = now() - interval '1 hour'`)
  expectSpacing(await takeAtOnce(times(5, budget)), 1_000)
})

test('two a second is the rate until the provider tells its own, to every process', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane })
  const other = await createBudget(db, { lane })
  expectSpacing(await takeAtOnce(times(4, budget)), 500)
  await budget.learn(0.5)
  await other.reserve()
  expectSpacing(await takeAtOnce(times(4, other)), 2_000)
  await budget.learn(1)
  await other.reserve()
  expectSpacing(await takeAtOnce(times(4, await createBudget(db, { lane }))), 1_000)
})

test('the rate that was told last counts, whichever process was told', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane })
  const other = await createBudget(db, { lane })
  await budget.learn(5)
  await other.learn(10)
  await budget.learn(5)
  expect(await db.select().from(lanes)).toMatchObject([{ learntRate: 5 }])
})

test('a configured rate wins over the one that is learnt', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 1 })
  await budget.learn(100)
  expectSpacing(await takeAtOnce(times(5, budget)), 1_000)
})

test('a share of a learnt rate is left to others, nothing of a configured one', async () => {
  const { db } = await createDatabase()
  const learning = await createBudget(db, { lane, headroom: 0.5 })
  await learning.learn(2)
  await learning.reserve()
  expectSpacing(await takeAtOnce(times(4, learning)), 1_000)
  const configured = await createBudget(db, { lane, headroom: 0.5, requestsPerSecond: 4 })
  await configured.reserve()
  expectSpacing(await takeAtOnce(times(4, configured)), 250)
})

test('a pause holds everybody, and the longer of two counts', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane })
  const other = await createBudget(db, { lane })
  await budget.pause(3_600, 'daily_quota_exceeded: come back tomorrow')
  await budget.pause(1, 'rate_limit_exceeded: slow down')
  expect(await db.select().from(lanes)).toMatchObject([
    { pauseReason: 'daily_quota_exceeded: come back tomorrow' },
  ])
  for (const node of [budget, other]) {
    const slot = await node.reserve()
    expect(slot).toEqual({ pausedForMs: expect.any(Number) })
    expect('pausedForMs' in slot && slot.pausedForMs).toBeGreaterThan(3_500_000)
    expect('pausedForMs' in slot && slot.pausedForMs).toBeLessThanOrEqual(3_600_000)
  }
})

test('a pause uses up no slots, and after it requests are spaced as before', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 1 })
  await budget.pause(3_600, 'rate_limit_exceeded: slow down')
  await Promise.all(times(5, budget).map(node => node.reserve()))
  await db.execute(`update tidings.lanes set paused_until = now() - interval '1 second'`)
  const moments = await takeAtOnce(times(4, budget))
  expect(moments[0]).toBeLessThan(performance.now() + 500)
  expectSpacing(moments, 1_000)
})

test('lanes know nothing of each other', async () => {
  const { db } = await createDatabase()
  const paused = await createBudget(db, { lane: 'paused' })
  const free = await createBudget(db, { lane: 'free' })
  await paused.pause(60, 'rate_limit_exceeded: slow down')
  expect(await free.reserve()).toEqual({ waitMs: 0 })
})
