import { expect, test } from 'vitest'
import type { Budget, UsedMoment } from '../../../src/core/send/budget.ts'
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
/** Milliseconds between two moments at 10 requests a second. */
const SPACING = 100 / 0.98
const times = (count: number, budget: Budget) => Array.from({ length: count }, () => budget)

test('the first request may leave at once', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane })
  expect(await budget.reserve()).toMatchObject({ waitMs: 0 })
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

const unused = (moment: number): UsedMoment => ({ moment, lateMs: null })

/** So far ahead that how long this test takes has no say. */
const ahead = () => Date.now() + 60_000

/** Takes moments, the first no sooner than at `from`. */
async function takeMoments(
  budget: Budget,
  count: number,
  { from = 0, told = [] }: { from?: number; told?: UsedMoment[] } = {},
) {
  const moments: number[] = []
  for (const at of Array(count).keys()) {
    const isFirst = at === 0
    const inMs = isFirst ? Math.max(0, from - Date.now()) : 0
    const slot = await budget.reserve(inMs, isFirst ? told : [])
    if ('pausedForMs' in slot) throw new Error('paused')
    moments.push(slot.moment)
  }
  return moments
}

test('who is late leaves at once, and all the others stay as they are', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 10 })
  const [late = 0, ...others] = await takeMoments(budget, 6, { from: ahead() })
  const now = { from: late + SPACING / 2, told: [unused(late)] }
  const [moment = 0] = await takeMoments(budget, 1, now)
  // It stands between those that were taken after it.
  expect(moment).toBeLessThan(others[4] ?? 0)
  const after = await takeMoments(budget, 20)
  const used = [moment, ...others, ...after].sort((a, b) => a - b)
  expect((used[24] ?? 0) - late).toBeCloseTo(24 * SPACING, 0)
})

test('who would make a second see too many takes its place behind the others', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 10 })
  const moments = await takeMoments(budget, 30, { from: ahead() })
  const now = { from: (moments[15] ?? 0) + 5, told: [unused(moments[25] ?? 0)] }
  const [moment = 0] = await takeMoments(budget, 1, now)
  expect(moment).toBeGreaterThan(moments[29] ?? 0)
})

test('what left late counts from when it left, and only once', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 10 })
  const [first = 0] = await takeMoments(budget, 6, { from: ahead() })
  await takeMoments(budget, 1, { told: [{ moment: first, lateMs: 40 }] })
  const moments = await takeMoments(budget, 4)
  // The tenth after it, and those behind it catch up.
  expect((moments[3] ?? 0) - first).toBeCloseTo(10 * SPACING + 40, 0)
  const after = await takeMoments(budget, 10)
  expect((after[9] ?? 0) - first).toBeCloseTo(20 * SPACING + 40, 0)
  expect((after[8] ?? 0) - first).toBeCloseTo(19 * SPACING, 0)
})

test('whatever is given back, no second sees more requests than the rate', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 10 })
  const used: number[] = []
  let back: number[] = []
  let from = ahead()
  for (const round of Array(40).keys()) {
    const told = back.map(unused)
    const moments = await takeMoments(budget, 1 + (round % 5), { from, told })
    back = moments.filter((_, index) => (round * 7 + index * 3) % 4 === 0)
    used.push(...moments.filter(moment => !back.includes(moment)))
    // Late by more or less, or not at all.
    from = (back[0] ?? 0) + (round % 7) * 20
  }
  used.sort((a, b) => a - b)
  const tenths = used.slice(10).map((moment, index) => moment - (used[index] ?? 0))
  expect(Math.min(...tenths)).toBeGreaterThan(1_000)
})

test('what nobody used for a while is made good once somebody is back, a long idle time is not', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 10 })
  const last = (await takeMoments(budget, 12, { from: ahead() })).at(-1) ?? 0
  const age = (by: string) =>
    db.execute(`update tidings.lanes set next_at = next_at - interval '${by}',
      moments = (select array_agg(m - interval '${by}' order by m) from unnest(moments) m)`)
  // Nobody asks for a moment for half a second.
  await age('10 seconds')
  const soon = await takeMoments(budget, 3, { from: last - 9_500 })
  expect((soon[2] ?? 0) - (soon[0] ?? 0)).toBeCloseTo(2 * 0.9 * SPACING, 0)

  await takeMoments(budget, 12)
  await age('1 minute')
  const late = await takeMoments(budget, 3, { from: ahead() })
  expect((late[2] ?? 0) - (late[0] ?? 0)).toBeCloseTo(2 * SPACING, 0)
})

test('a fiftieth of a rate is never used: a provider may count to the millisecond', async () => {
  const { db } = await createDatabase()
  const budget = await createBudget(db, { lane, requestsPerSecond: 0.01 })
  await budget.reserve()
  const next = await budget.reserve()
  expect('waitMs' in next && next.waitMs).toBeGreaterThan(101_900)
  expect('waitMs' in next && next.waitMs).toBeLessThan(102_200)
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
  const configured = await createBudget(db, { lane: 'b', headroom: 0.5, requestsPerSecond: 4 })
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
  expect(await free.reserve()).toMatchObject({ waitMs: 0 })
})
