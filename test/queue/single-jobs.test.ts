import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { inTransaction } from '../../src/db/client/in-transaction.ts'
import { createQueue } from '../../src/queue/queue.ts'
import { createDatabase } from '../support/database.ts'
import { readJobs, until } from '../support/jobs.ts'

/** A queue without workers on a new database. */
async function openQueue() {
  const { db, url } = await createDatabase()
  const errors: Error[] = []
  const queue = createQueue({ url, onError: error => errors.push(error) })
  await queue.start()
  onTestFinished(() => queue.stop())
  return { db, queue, errors }
}

const makeJob = () => ({ batchId: randomUUID(), runId: randomUUID() })

test('a batch has one waiting job, however often it is enqueued', async () => {
  const { db, queue } = await openQueue()
  const [first, second] = [makeJob(), makeJob()]

  await inTransaction(db, tx => queue.jobs.deliver(tx, [first, second, first]))
  await inTransaction(db, tx => queue.jobs.deliver(tx, [first], 60_000))
  await queue.deliverLater(second, 60_000)
  await Promise.all(Array.from({ length: 5 }, () => queue.deliverLater(first, 0)))

  const keys = (await readJobs(db, 'deliver')).map(job => job.key)
  expect(keys.sort()).toEqual([first.batchId, second.batchId].sort())
})

test('enqueueing several batches returns how many had no waiting job', async () => {
  const { db, queue } = await openQueue()
  const [first, second] = [makeJob(), makeJob()]
  await queue.deliverLater(first, 60_000)

  const enqueue = () => inTransaction(db, tx => queue.jobs.deliver(tx, [first, second]))

  expect([await enqueue(), await enqueue()]).toEqual([1, 0])
})

test('a run has one waiting scan', async () => {
  const { db, queue } = await openQueue()
  const runId = randomUUID()

  for (const _ of [1, 2, 3]) await inTransaction(db, tx => queue.jobs.scan(tx, runId))

  expect(await readJobs(db, 'scan')).toMatchObject([{ key: runId, state: 'created' }])
})

test('a job exists only if the transaction that inserted it was committed', async () => {
  const { db, queue } = await openQueue()

  const failing = inTransaction(db, async tx => {
    await queue.jobs.deliver(tx, [makeJob()])
    await queue.jobs.scan(tx, randomUUID())
    throw new Error('the rest failed')
  })

  await expect(failing).rejects.toThrow('the rest failed')
  expect(await readJobs(db, 'deliver')).toEqual([])
  expect(await readJobs(db, 'scan')).toEqual([])
})

test('a batch that is being processed can be enqueued once more', async () => {
  const { db, queue } = await openQueue()
  const job = makeJob()
  const calls: string[] = []
  let release = () => {}
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  await queue.work(
    {
      scan: async () => {},
      tick: async () => {},
      startDelayed: async () => {},
      runMaintenance: async () => {},
      deliver: async ({ batchId }) => {
        calls.push(batchId)
        if (calls.length === 1) await held
      },
    },
    () => {},
  )
  await queue.deliverLater(job, 0)
  await until(async () => expect(calls).toHaveLength(1))

  await queue.deliverLater(job, 3_600_000)
  await queue.deliverLater(job, 3_600_000)
  const states = (await readJobs(db, 'deliver')).map(each => each.state)
  release()

  expect(states.sort()).toEqual(['active', 'created'])
})

test('a failed job is reported and retried', async () => {
  const { db, queue, errors } = await openQueue()
  const failures: string[] = []
  let calls = 0
  await queue.work(
    {
      scan: async () => {
        calls += 1
        if (calls === 1) throw new Error('the first time fails')
      },
      tick: async () => {},
      startDelayed: async () => {},
      runMaintenance: async () => {},
      deliver: async () => {},
    },
    error => failures.push(error.message),
  )

  await inTransaction(db, tx => queue.jobs.scan(tx, randomUUID()))

  await until(async () => expect(calls).toBe(2))
  expect(failures).toEqual(['the first time fails'])
  expect(errors).toEqual([])
})

test('a stop waits for the running job', async () => {
  const { db, queue } = await openQueue()
  const events: string[] = []
  let release = () => {}
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  await queue.work(
    {
      scan: async (_runId, stopping) => {
        events.push('started')
        stopping.addEventListener('abort', release)
        await held
        events.push('ended')
      },
      tick: async () => {},
      startDelayed: async () => {},
      runMaintenance: async () => {},
      deliver: async () => {},
    },
    () => {},
  )
  await inTransaction(db, tx => queue.jobs.scan(tx, randomUUID()))
  await until(async () => expect(events).toEqual(['started']))

  await queue.endWork(10_000)

  expect(events).toEqual(['started', 'ended'])
  expect(await readJobs(db, 'scan')).toMatchObject([{ state: 'completed' }])
})
