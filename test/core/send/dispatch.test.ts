import { expect, test } from 'vitest'
import type { ClaimedBatch } from '../../../src/core/claim/claims.ts'
import type { DeliverJob } from '../../../src/core/send/deliver-batch.ts'
import { createDispatcher, type DispatchDeps } from '../../../src/core/send/dispatch.ts'
import type { Reservation } from '../../../src/core/send/rate-limiter.ts'
import { createFakeClock } from '../../support/fake-clock.ts'

const HOUR = 3_600_000

const makeJobs = (count: number): DeliverJob[] =>
  Array.from({ length: count }, (_, index) => ({ batchId: `batch-${index}`, runId: 'run' }))

const claimed = ({ batchId, runId }: DeliverJob): ClaimedBatch => ({
  ...{ id: batchId, runId, emailType: 'new_notifications', attempt: 1, size: 1 },
  body: new Uint8Array(),
})

interface Setting extends Partial<Pick<DispatchDeps, 'maxInFlight' | 'maxHoldMs'>> {
  /** Time between two slots of this process. */
  spacingMs?: number
  /** How long claim and rendering take. */
  prepareMs?: number
  /** How long the provider takes. */
  answerMs?: number
  /** How late timers fire. */
  timersLateMs?: number
  /** Jobs whose claim is empty. */
  empty?: (job: DeliverJob) => boolean
}

/** A dispatcher with a fake clock, and a log of its actions. */
function setUp(setting: Setting = {}) {
  const { spacingMs = 100, prepareMs = 50, answerMs = 20 } = setting
  const clock = createFakeClock(setting.timersLateMs)
  const log = { claimed: new Map<string, number>(), sent: new Map<string, number>() }
  const trials: string[] = []
  const later: [DeliverJob, number][] = []
  const failures: string[] = []
  const renewed: string[][] = []
  const handedBack: string[] = []
  const late: number[] = []
  const state = { pausedUntil: 0, nextAt: 0, reserved: 0, trial: false, lost: new Set<string>() }
  const broken = { reserve: 0, pausedForMs: 0, prepare: 0 }
  const breakIf = (what: keyof typeof broken) => {
    if (broken[what] === 0) return
    broken[what] -= 1
    throw new Error(`${what} failed`)
  }
  const pausedForMs = () => Math.max(0, state.pausedUntil - clock.now())
  const dispatcher = createDispatcher({
    clock,
    limiter: {
      async pausedForMs() {
        breakIf('pausedForMs')
        return pausedForMs()
      },
      async reserve(lateMs = 0): Promise<Reservation> {
        late.push(lateMs)
        breakIf('reserve')
        const forMs = pausedForMs()
        if (forMs > 0) return { kind: 'paused', forMs }
        const slot = Math.max(state.nextAt, clock.now())
        state.nextAt = slot + spacingMs
        state.reserved += 1
        const waitMs = slot - clock.now()
        return { kind: 'granted', waitMs, ...(state.trial && { halfOpenTrial: true }) }
      },
    },
    delivery: {
      async prepare(job) {
        log.claimed.set(job.batchId, clock.now())
        await clock.sleep(prepareMs)
        breakIf('prepare')
        return setting.empty?.(job) ? null : claimed(job)
      },
      async send({ id }, { halfOpenTrial }) {
        log.sent.set(id, clock.now())
        if (halfOpenTrial) trials.push(id)
        await clock.sleep(answerMs)
      },
    },
    claims: {
      async renewLeases(batches) {
        const ids = batches.map(({ id }) => id)
        renewed.push(ids)
        return new Set(ids.filter(id => !state.lost.has(id)))
      },
      handBack: async batches => void handedBack.push(...batches.map(({ id }) => id)),
    },
    deliverLater: async (job, inMs) => void later.push([job, inMs]),
    onFailure: ({ message }) => failures.push(message),
    maxInFlight: setting.maxInFlight ?? 32,
    maxHoldMs: setting.maxHoldMs ?? 10_000,
  })
  const stopping = new AbortController()
  return {
    ...{ clock, log, trials, later, failures, renewed, handedBack, late, state, broken, stopping },
    dispatcher,
    sentIds: () => [...log.sent.keys()],
    sentAt: () => [...log.sent.values()],
    dispatch([first, ...others]: DeliverJob[]) {
      if (!first) throw new Error('no job')
      return dispatcher.dispatch(first, async () => others.shift() ?? null, stopping.signal)
    },
  }
}

/** The longest time between the claim of a batch and its request. */
function longestHold({ claimed, sent }: ReturnType<typeof setUp>['log']): number {
  return Math.max(...[...sent].map(([id, at]) => at - (claimed.get(id) ?? Number.NaN)))
}

test('sends one request per slot without waiting for answers', async () => {
  const { dispatch, clock, sentAt } = setUp({ answerMs: 2_000 })
  const all = dispatch(makeJobs(20))
  await clock.advance(3_000)
  await all
  const expected = Array.from({ length: 20 }, (_, index) => 50 + index * 100)
  expect(sentAt()).toEqual(expected)
})

test('reserves a slot only for a request that is ready', async () => {
  const { dispatch, clock, state, sentAt } = setUp({ prepareMs: 900, spacingMs: 100 })
  const all = dispatch(makeJobs(20))
  await clock.advance(899)
  expect(state.reserved).toBe(0)
  await clock.advance(10_000)
  await all
  expect(state.reserved).toBe(20)
  expect(sentAt()).toHaveLength(20)
})

test('uses no slot for a batch in which nobody is due any more', async () => {
  const empty = ({ batchId }: DeliverJob) => batchId.endsWith('1')
  const { dispatch, clock, state, sentAt } = setUp({ empty })
  const all = dispatch(makeJobs(12))
  await clock.advance(2_000)
  await all
  expect(state.reserved).toBe(10)
  expect(sentAt().at(-1)).toBe(50 + 9 * 100)
})

test.each([
  { spacingMs: 100, rate: 'the whole rate' },
  { spacingMs: 400, rate: 'a quarter of the rate' },
])(
  'claims at most a second before the request with $rate ($spacingMs ms per slot)',
  async ({ spacingMs }) => {
    const { dispatch, clock, log } = setUp({ spacingMs, prepareMs: 90 })
    const all = dispatch(makeJobs(60))
    await clock.advance(60 * spacingMs + 1_000)
    await all
    expect(log.sent.size).toBe(60)
    expect(longestHold(log)).toBeLessThan(1_000)
  },
)

test('loses no slot when claims take three times as long as a slot', async () => {
  const { dispatch, clock, sentAt } = setUp({ prepareMs: 300 })
  const all = dispatch(makeJobs(60))
  await clock.advance(10_000)
  await all
  const last = sentAt().slice(-40)
  expect((last.at(-1) ?? 0) - (last[0] ?? 0)).toBe(39 * 100)
})

test('claims up to twelve batches concurrently when slots are free at once', async () => {
  const { dispatch, clock, log } = setUp({ spacingMs: 0, prepareMs: 1_000 })
  const all = dispatch(makeJobs(100))
  const preparing: number[] = []
  while (log.sent.size < 100) {
    await clock.advance(500)
    preparing.push(log.claimed.size - log.sent.size)
  }
  await all
  expect(preparing[0]).toBe(2)
  expect(Math.max(...preparing)).toBe(12)
})

test('keeps no more batches in memory than allowed', async () => {
  const { dispatch, clock, log } = setUp({ answerMs: HOUR, maxInFlight: 3 })
  void dispatch(makeJobs(9))
  await clock.advance(30_000)
  expect(log.sent.size).toBe(3)
  expect(log.claimed.size).toBe(3)
})

test('keeps a batch that is ready when sending pauses, and sends it first afterwards', async () => {
  const { dispatch, clock, state, log, renewed, sentIds } = setUp({ maxHoldMs: 10_000 })
  state.pausedUntil = 0
  const all = dispatch(makeJobs(6))
  await clock.advance(60)
  state.pausedUntil = clock.now() + 100_000
  const held = [...log.claimed.keys()].slice(1)
  await clock.advance(90_000)
  expect(sentIds()).toEqual(['batch-0', 'batch-1'])
  // Its lease is extended before half of it has passed; nothing else is claimed meanwhile.
  expect(renewed.length).toBeGreaterThan(90_000 / 10_000)
  expect([...log.claimed.keys()].slice(1)).toEqual(held)

  await clock.advance(11_000)
  await all
  expect(sentIds().slice(0, held.length + 1)).toEqual(['batch-0', ...held])
})

test('gives up a slot after a long wait if sending was paused meanwhile', async () => {
  const { dispatch, clock, state, sentAt } = setUp({ spacingMs: 2_000 })
  const all = dispatch(makeJobs(2))
  await clock.advance(100)
  state.pausedUntil = 4_000
  await clock.advance(10_000)
  await all
  expect(sentAt()).toEqual([50, 4_050])
})

test('notices within a second that sending was resumed', async () => {
  const { dispatch, clock, state, sentIds } = setUp()
  const all = dispatch(makeJobs(2))
  await clock.advance(40)
  state.pausedUntil = Number.POSITIVE_INFINITY
  await clock.advance(200_000)
  expect(sentIds()).toEqual([])
  state.pausedUntil = 0
  await clock.advance(1_200)
  await all
  expect(sentIds()).toEqual(['batch-0', 'batch-1'])
})

test('does not send a batch that another worker has leased', async () => {
  const { dispatch, clock, state, sentIds } = setUp({ maxHoldMs: 10_000 })
  const all = dispatch(makeJobs(2))
  await clock.advance(40)
  state.pausedUntil = clock.now() + 20_000
  state.lost.add('batch-0')
  await clock.advance(30_000)
  await all
  expect(sentIds()).toEqual(['batch-1'])
})

test('waits out a short pause before a claim', async () => {
  const { dispatch, clock, state, log } = setUp()
  state.pausedUntil = 3_000
  const all = dispatch(makeJobs(1))
  await clock.advance(4_000)
  await all
  expect([...log.claimed.values()]).toEqual([3_000])
})

test('postpones a job during a long pause and claims nothing', async () => {
  const { dispatch, state, later, log } = setUp()
  const jobs = makeJobs(2)
  state.pausedUntil = HOUR
  await dispatch(jobs)
  expect(later).toEqual([[jobs[0], HOUR]])
  expect(log.claimed.size).toBe(0)
})

test('drops a job while sending is stopped, because the end of the stop is unknown', async () => {
  const { dispatch, state, later, log } = setUp()
  state.pausedUntil = Number.POSITIVE_INFINITY
  await dispatch(makeJobs(1))
  expect(later).toEqual([])
  expect(log.claimed.size).toBe(0)
})

test('ends before the job that carries it expires in the queue', async () => {
  const { dispatch, clock, later, log } = setUp({ spacingMs: 50_000 })
  const all = dispatch(makeJobs(9))
  await clock.advance(62_000)
  await all
  expect(log.claimed.size).toBeLessThan(9)
  expect(later).toEqual([[makeJobs(9)[log.claimed.size], 0]])
})

test('reports the delay of the last request, including the time to open a connection', async () => {
  const { dispatch, clock, late } = setUp({ timersLateMs: 30 })
  const all = dispatch(makeJobs(3))
  await clock.advance(1_000)
  await all
  expect(late).toEqual([0, 100, 30])
})

test('marks the half-open trial', async () => {
  const { dispatch, clock, state, trials } = setUp()
  state.trial = true
  const all = dispatch(makeJobs(1))
  await clock.advance(100)
  await all
  expect(trials).toEqual(['batch-0'])
})

test('hands back ready batches and the current job when the process stops', async () => {
  const { dispatch, dispatcher, clock, stopping, later, handedBack, sentIds } = setUp({
    spacingMs: 60_000,
  })
  const jobs = makeJobs(9)
  const all = dispatch(jobs)
  await clock.advance(5_000)
  stopping.abort()
  await all
  await dispatcher.settled()

  expect(sentIds()).toEqual(['batch-0'])
  expect(handedBack).toEqual(['batch-1', 'batch-2'])
  expect(later).toEqual([[jobs[3], 0]])
})

test('hands back a batch whose claim ends after the process was asked to stop', async () => {
  const { dispatch, dispatcher, clock, stopping, handedBack, sentIds } = setUp({ prepareMs: 500 })
  const all = dispatch(makeJobs(2))
  await clock.advance(100)
  stopping.abort()
  await clock.advance(1_000)
  await all
  await dispatcher.settled()
  expect(handedBack).toEqual(['batch-0', 'batch-1'])
  expect(sentIds()).toEqual([])
})

test('reports a failed claim and sends the other batches', async () => {
  const { dispatch, clock, broken, failures, sentIds } = setUp()
  broken.prepare = 1
  const all = dispatch(makeJobs(3))
  await clock.advance(2_000)
  await all
  expect(failures).toEqual(['prepare failed'])
  expect(sentIds()).toEqual(['batch-1', 'batch-2'])
})

test('keeps ready batches while the database is unavailable', async () => {
  const { dispatch, clock, broken, failures, sentIds } = setUp()
  broken.reserve = 3
  const all = dispatch(makeJobs(2))
  await clock.advance(10_000)
  await all
  expect(failures).toEqual(['reserve failed', 'reserve failed', 'reserve failed'])
  expect(sentIds()).toEqual(['batch-0', 'batch-1'])
})

test('puts the job back if it cannot read whether sending is paused', async () => {
  const { dispatch, broken, later } = setUp()
  broken.pausedForMs = 1
  const [job] = makeJobs(1) as [DeliverJob]
  await expect(dispatch([job])).rejects.toThrow('pausedForMs failed')
  expect(later).toEqual([[job, 0]])
})
