import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { IdempotencyConflictError, type RunRequest } from '../../../src/core/runs/run.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { createRunStore } from '../../../src/db/runs/run-store.ts'
import { startRun } from '../../../src/db/runs/start-run.ts'
import { beginScan } from '../../../src/db/scan/begin-scan.ts'
import { runs } from '../../../src/db/schema.ts'
import { atOnce, concurrentDatabase } from '../../support/concurrency.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers } from '../../support/host.ts'
import { accepted, claimNow, createJobs, planBatch, record } from '../../support/service-parts.ts'

/** A database and a store to start runs. */
async function openRunStore() {
  const { db } = await createDatabase()
  const queue = createJobs()
  const start = (request: Partial<RunRequest> = {}) =>
    startRun(db, queue.jobs, { type: 'all', trigger: 'http', ...request })
  return { db, start, ...queue, store: createRunStore(db, queue.jobs, { shadow: false }) }
}
const begin = (db: Database, runId: string) => beginScan(db, runId)
const end = (db: Database, runId: string) =>
  db.update(runs).set({ status: 'completed' }).where(eq(runs.id, runId))

describe('a trigger', () => {
  test('starts a run and enqueues its scan', async () => {
    const { start, store, scanned } = await openRunStore()
    const id = await start({ trigger: 'cli' })
    expect(scanned).toEqual([id])
    expect(await store.find(id)).toMatchObject({
      id,
      type: 'all',
      trigger: 'cli',
      status: 'queued',
      dryRun: false,
      error: null,
      counts: { scanned: 0, due: 0, sent: 0, failed: 0, unknown: 0, skipped: {} },
    })
  })

  test('joins the queued run of its type', async () => {
    const { start, scanned } = await openRunStore()
    const id = await start()
    expect(await start({ trigger: 'schedule' })).toBe(id)
    expect(scanned).toEqual([id])
  })

  test('starts a new run if that one has begun', async () => {
    const { db, start } = await openRunStore()
    const running = await start()
    await begin(db, running)
    const follower = await start()
    expect(follower).not.toBe(running)
    expect(await start()).toBe(follower)
    await end(db, running)
    expect(await start()).toBe(follower)
  })

  test('of another type, for specific users or for a dry run joins nothing', async () => {
    const { start } = await openRunStore()
    const userIds = [randomUUID()]
    const ids = [
      await start(),
      await start({ type: 'new_notifications' }),
      await start({ type: 'outstanding_reminder' }),
      await start({ dryRun: true }),
      await start({ dryRun: true }),
      await start({ userIds }),
      await start({ userIds }),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('starts one run if ten are triggered at once', async () => {
    const { db, outside } = await concurrentDatabase()
    const { jobs, scanned } = createJobs()
    const ids = await atOnce(
      outside,
      'tidings.runs',
      Array.from({ length: 10 }, () => () => startRun(db, jobs, { type: 'all', trigger: 'http' })),
    )
    expect(new Set(ids).size).toBe(1)
    expect(scanned).toEqual([ids[0]])
  })

  test('leaves no run behind if the job cannot be enqueued', async () => {
    const { db, jobs, start } = await openRunStore()
    const broken = { ...jobs, scan: () => Promise.reject(new Error('the queue is gone')) }
    const starting = startRun(db, broken, { type: 'all', trigger: 'http', idempotencyKey: 'k' })
    await expect(starting).rejects.toThrow('the queue is gone')
    expect(await db.select().from(runs)).toEqual([])
    expect(await start({ idempotencyKey: 'k', dryRun: true })).toEqual(expect.any(String))
  })
})

describe('an idempotency key', () => {
  test('gives the same run again, even after its end', async () => {
    const { db, start } = await openRunStore()
    const id = await start({ idempotencyKey: 'k' })
    await begin(db, id)
    expect(await start({ idempotencyKey: 'k' })).toBe(id)
    await end(db, id)
    expect(await start({ idempotencyKey: 'k' })).toBe(id)
    expect(await start({ idempotencyKey: 'other' })).not.toBe(id)
  })

  test('gives the run that was joined, too', async () => {
    const { db, start } = await openRunStore()
    const id = await start()
    expect(await start({ idempotencyKey: 'k' })).toBe(id)
    await begin(db, id)
    expect(await start({ idempotencyKey: 'k' })).toBe(id)
  })

  test('gives one run if ten requests use it at once', async () => {
    const { db, outside } = await concurrentDatabase()
    const { jobs } = createJobs()
    const request = { type: 'all', trigger: 'http', idempotencyKey: 'k', dryRun: true } as const
    const ids = await atOnce(
      outside,
      'tidings.run_keys',
      Array.from({ length: 10 }, () => () => startRun(db, jobs, request)),
    )
    expect(new Set(ids).size).toBe(1)
    expect(await db.select().from(runs)).toHaveLength(1)
  })

  test.each<[string, Partial<RunRequest>]>([
    ['another type', { type: 'new_notifications' }],
    ['a dry run', { dryRun: true }],
    ['other users', { userIds: [randomUUID()] }],
    ['no users', { userIds: [] }],
  ])('is refused for another request: %s', async (_what, other) => {
    const { db, start } = await openRunStore()
    await start({ idempotencyKey: 'k' })
    await expect(start({ idempotencyKey: 'k', ...other })).rejects.toThrow(IdempotencyConflictError)
    expect(await db.select().from(runs)).toHaveLength(1)
  })

  test('gives the same run for another trigger or another order of users', async () => {
    const { start } = await openRunStore()
    const [a, b] = [randomUUID(), randomUUID()]
    const id = await start({ idempotencyKey: 'k', userIds: [a, b] })
    const again = (...userIds: string[]) => start({ idempotencyKey: 'k', trigger: 'cli', userIds })
    expect(await again(b, a, b)).toBe(id)
    expect(await again(b.toUpperCase(), a)).toBe(id)
  })
})

describe('the run store', () => {
  test('lists every run once, newest first, however small the pages', async () => {
    const { start, store } = await openRunStore()
    const ids: string[] = []
    for (let count = 0; count < 5; count++) ids.unshift(await start({ dryRun: true }))
    const listed: string[] = []
    let next: Awaited<ReturnType<typeof store.list>>['next'] | undefined
    do {
      const page = await store.list(2, next ?? undefined)
      listed.push(...page.runs.map(run => run.id))
      next = page.next
    } while (next)
    expect(listed).toEqual(ids)
  })

  test('counts the outcomes of emails by type', async () => {
    const { db, start, store } = await openRunStore()
    const id = await start()
    await begin(db, id)
    const userIds = await addDueUsers(db, 4)
    const sent = await claimNow(db, userIds.slice(0, 2), { runId: id })
    await record(db, sent, accepted(sent))
    const open = await claimNow(db, userIds.slice(2, 3), { runId: id })
    await record(db, open, { kind: 'repeat', error: 'network: reset' })
    await planBatch(db, userIds.slice(3), { runId: id })

    const outcome = { sent: 2, failed: 0, unknown: 1 }
    expect(await store.find(id)).toMatchObject({
      status: 'running',
      counts: { ...outcome, byType: { new_notifications: outcome } },
    })
  })

  test('returns null for a run that does not exist', async () => {
    const { store } = await openRunStore()
    expect(await store.find(randomUUID())).toBeNull()
  })
})
