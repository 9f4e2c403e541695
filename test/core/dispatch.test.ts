import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import type { DeliverJob } from '../../src/core/deliver-batch.ts'
import { type DispatchDeps, makeDispatcher } from '../../src/core/dispatch.ts'
import type { HeldSlot, OpenSlot, UsedMoment } from '../../src/core/send/budget.ts'

const anHour = 3_600_000
const makeJobs = (count: number): DeliverJob[] =>
  Array.from({ length: count }, () => ({ batchId: randomUUID(), runId: randomUUID() }))

const leave = async () => {}
/** Asked for a batch; whoever exchanges a moment, since this machine was busy, asks for the next. */
const isAhead = (inMs: number) => inMs > 0
const departAtOnce: DispatchDeps['deliver'] = (_job, turn) => turn.depart(leave)

type GivenSlot = Omit<OpenSlot, 'moment'> | HeldSlot

/** A dispatcher, and what it did. Moments are free at once, and deliveries depart and end, unless told. */
function setUp(options: Partial<DispatchDeps> & { slots?: GivenSlot[]; held?: HeldSlot[] } = {}) {
  const begun: DeliverJob[] = []
  const leads: number[] = []
  const told: UsedMoment[][] = []
  const later: [DeliverJob, number][] = []
  const failures: string[] = []
  const dispatcher = makeDispatcher({
    budget: {
      async reserve(inMs = 0, changes = []) {
        told.push(changes)
        const moment = leads.push(inMs)
        return { moment, ...(options.slots?.shift() ?? { waitMs: 0 }) }
      },
      held: async () => options.held?.shift() ?? null,
    },
    deliverLater: async (job, inMs) => void later.push([job, inMs]),
    onFailure: ({ message }) => failures.push(message),
    mostInHand: 32,
    ...options,
    async deliver(job, turn) {
      begun.push(job)
      await (options.deliver ?? departAtOnce)(job, turn)
    },
  })
  const stopping = new AbortController()
  return {
    ...{ begun, leads, told, later, failures, stopping, dispatcher },
    dispatch([first, ...others]: DeliverJob[]) {
      if (!first) throw new Error('no job')
      return dispatcher.dispatch(first, async () => others.shift() ?? null, stopping.signal)
    },
  }
}

/** A delivery that departs and then waits until it is told to end. */
function makeSlowProvider() {
  const underWay: (() => void)[] = []
  const deliver: DispatchDeps['deliver'] = async (_job, turn) => {
    await turn.depart(leave)
    await new Promise<void>(resolve => underWay.push(resolve))
  }
  return { underWay, deliver }
}

test('a request does not wait for the answer to the one before it', async () => {
  const { underWay, deliver } = makeSlowProvider()
  const { dispatch, dispatcher } = setUp({ deliver })

  await dispatch(makeJobs(20))

  await vi.waitFor(() => expect(underWay).toHaveLength(20))
  for (const end of underWay) end()
  await dispatcher.settled()
})

test('no more batches are in hand than memory was given for', async () => {
  const { underWay, deliver } = makeSlowProvider()
  const { dispatch } = setUp({ deliver, mostInHand: 2 })

  const all = dispatch(makeJobs(3))
  await vi.waitFor(() => expect(underWay).toHaveLength(2))
  await new Promise(resolve => setImmediate(resolve))
  expect(underWay).toHaveLength(2)
  underWay[0]?.()

  await all
  await vi.waitFor(() => expect(underWay).toHaveLength(3))
})

test('a moment is taken for when the request will be ready, as the last ones have told', async () => {
  const { dispatch, dispatcher, leads } = setUp({
    mostInHand: 1,
    async deliver(_job, turn) {
      const end = performance.now() + 150
      while (performance.now() < end);
      await turn.depart(leave)
    },
  })

  await dispatch(makeJobs(2))
  await dispatcher.settled()

  // The first one knows nothing yet.
  const [first, second] = leads.filter(isAhead)
  expect(first).toBe(100)
  expect(second).toBeGreaterThanOrEqual(150)
})

test('who is ready after its moment takes another one, and gives its own back', async () => {
  const slots = [{ waitMs: 0 }, { waitMs: 250 }]
  let left = 0
  const { dispatch, dispatcher, leads, told } = setUp({
    slots,
    async deliver(_job, turn) {
      const ready = performance.now() + 50
      while (performance.now() < ready);
      await turn.depart(leave)
      left = performance.now() - ready
    },
  })

  await dispatch(makeJobs(1))
  await dispatcher.settled()

  expect(leads.slice(0, 2)).toEqual([100, 0])
  expect(told.slice(0, 2)).toEqual([[], [{ moment: 1, lateMs: null }]])
  expect(left).toBeGreaterThanOrEqual(248)
})

test('whose moment passes while the thread is busy does not leave late', async () => {
  const { dispatch, dispatcher, told } = setUp({
    slots: [{ waitMs: 20 }],
    async deliver(_job, turn) {
      setTimeout(() => {
        const end = performance.now() + 60
        while (performance.now() < end);
      }, 10)
      await turn.depart(leave)
    },
  })

  await dispatch(makeJobs(1))
  await dispatcher.settled()

  expect(told.slice(0, 2)).toEqual([[], [{ moment: 1, lateMs: null }]])
})

test('what leaves late is told, and that the first request has a connection to open', async () => {
  const took: number[] = []
  const { dispatch, dispatcher, told } = setUp({
    mostInHand: 1,
    deliver: (_job, turn) =>
      turn.depart(async () => {
        const begin = performance.now()
        while (performance.now() < begin + 50);
        took.push(performance.now() - begin)
      }),
  })

  await dispatch(makeJobs(3))
  await dispatcher.settled()

  const late = told.flat().flatMap(({ lateMs }) => (lateMs === null ? [] : lateMs))
  expect(late[0]).toBeGreaterThanOrEqual((took[0] ?? 0) + 99)
  expect(late[1]).toBeGreaterThanOrEqual((took[1] ?? 0) - 1)
  expect(late[1]).toBeLessThan((took[1] ?? 0) + 90)
})

test('the moment of a batch that turns out to be empty is the next one of this process', async () => {
  let calls = 0
  const { dispatch, dispatcher, leads } = setUp({
    slots: [{ waitMs: 340 }],
    mostInHand: 1,
    async deliver(_job, turn) {
      calls += 1
      if (calls > 1) await turn.depart(leave)
    },
  })

  await dispatch(makeJobs(2))
  await dispatcher.settled()

  expect(calls).toBe(2)
  expect(leads.filter(isAhead)).toHaveLength(1)
})

test('what is given back is told again when it could not be told', async () => {
  let calls = 0
  const told: UsedMoment[][] = []
  const { dispatch, dispatcher, failures } = setUp({
    budget: {
      async reserve(_inMs, changes = []) {
        told.push(changes)
        calls += 1
        if (calls === 2) throw new Error('no database')
        return { waitMs: calls === 1 ? 0 : 1, moment: calls }
      },
      held: async () => null,
    },
    async deliver(_job, turn) {
      const ready = performance.now() + 50
      while (performance.now() < ready);
      await turn.depart(leave)
    },
  })

  await dispatch(makeJobs(1))
  await dispatcher.settled()
  await dispatch(makeJobs(1))
  await dispatcher.settled()

  expect(failures).toEqual(['no database'])
  const unused = { moment: 1, lateMs: null }
  expect(told.slice(0, 3)).toEqual([[], [unused], [unused]])
})

test('a batch is claimed just before its moment, and leaves at it', async () => {
  const slots = [{ waitMs: 600 }]
  let claimed = 0
  let left = 0
  const { dispatch, dispatcher, leads } = setUp({
    slots,
    async deliver(_job, turn) {
      claimed = performance.now()
      await turn.depart(leave)
      left = performance.now()
    },
  })
  const begin = performance.now()

  await dispatch(makeJobs(1))
  await dispatcher.settled()

  expect(leads.filter(isAhead)).toHaveLength(1)
  // Another 100 ms to be ready, as long as nothing is known, and 250 ms ahead.
  expect(claimed - begin).toBeGreaterThanOrEqual(248)
  expect(left - begin).toBeGreaterThanOrEqual(599)
})

test('asked to stop, what waits for its moment goes back at once', async () => {
  const [job, next] = makeJobs(2)
  const { dispatch, stopping, later, begun } = setUp({ slots: [{ waitMs: anHour }] })

  const all = dispatch([job, next] as DeliverJob[])
  stopping.abort()
  await all

  expect(later).toEqual([[job, 0]])
  expect(begun).toEqual([])
})

test('asked to stop, what waits for a free hand goes back at once', async () => {
  const { underWay, deliver } = makeSlowProvider()
  const { dispatch, stopping, later } = setUp({ deliver, mostInHand: 1 })
  const jobs = makeJobs(3)

  const all = dispatch(jobs)
  await vi.waitFor(() => expect(underWay).toHaveLength(1))
  stopping.abort()
  await all

  expect(later).toEqual([[jobs[1], 0]])
})

test('a short pause is waited for, a long one puts the job off, a stopped lane drops it', async () => {
  const [job] = makeJobs(1) as [DeliverJob]
  const short = setUp({ slots: [{ pausedForMs: 20 }, { waitMs: 0 }] })
  await short.dispatch([job])
  expect([short.leads.length, short.later]).toEqual([2, []])

  const long = setUp({ slots: [{ pausedForMs: anHour }] })
  await long.dispatch([job])
  expect(long.later).toEqual([[job, anHour]])

  const stopped = setUp({ slots: [{ pausedForMs: 0, stopped: true }] })
  await stopped.dispatch([job])
  expect(stopped.later).toEqual([])
})

test('a pause that comes while a job waits for its moment holds it', async () => {
  const [job] = makeJobs(1) as [DeliverJob]
  const { dispatch, later, begun, told } = setUp({
    slots: [{ waitMs: 650 }, { pausedForMs: anHour }],
    held: [{ pausedForMs: anHour }],
  })

  await dispatch([job])

  expect(later).toEqual([[job, anHour]])
  expect(begun).toEqual([])

  // The moment was not used; that is told until it is heard.
  await dispatch([job])
  await dispatch([job])
  const unused = [{ moment: 1, lateMs: null }]
  expect(told).toEqual([[], unused, unused])
})

test('a delivery that throws is told, and the others go on', async () => {
  let calls = 0
  const { dispatch, dispatcher, failures } = setUp({
    async deliver(_job, turn) {
      calls += 1
      if (calls === 1) throw new Error('the claim failed')
      await turn.depart(leave)
    },
  })

  await dispatch(makeJobs(3))
  await dispatcher.settled()

  expect(failures).toEqual(['the claim failed'])
  expect(calls).toBe(3)
})

test('a job whose moment cannot be asked for goes back', async () => {
  const [job] = makeJobs(1) as [DeliverJob]
  const { dispatch, later } = setUp({
    budget: {
      reserve: () => Promise.reject(new Error('no database')),
      held: async () => null,
    },
  })

  await expect(dispatch([job])).rejects.toThrow('no database')

  expect(later).toEqual([[job, 0]])
})
