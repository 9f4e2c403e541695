import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { requeueStalled } from '../../../src/db/maintenance/requeue-stalled.ts'
import { beginScan } from '../../../src/db/scan/begin-scan.ts'
import { finishRunIfDone } from '../../../src/db/scan/finish-run.ts'
import { runs } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers } from '../../support/host.ts'
import {
  accepted,
  addRun,
  claimNow,
  createJobs,
  planBatch,
  record,
} from '../../support/service-parts.ts'

const allUsers = { userIds: null, scanDone: false } as const

async function statusOf(db: Database, runId: string) {
  const [run] = await db.select().from(runs).where(eq(runs.id, runId))
  return run?.status
}

describe('beginning a scan', () => {
  test('starts a queued run, and continues one after a crash', async () => {
    const { db } = await createDatabase()
    const runId = await addRun(db, { ...allUsers, status: 'queued' })
    expect(await beginScan(db, runId)).toMatchObject({ id: runId })
    expect(await statusOf(db, runId)).toBe('running')
    expect(await beginScan(db, runId)).toMatchObject({ id: runId })
  })

  test.each([
    { status: 'running', scanDone: true },
    { status: 'completed', scanDone: true },
    { status: 'failed', scanDone: false },
  ] as const)('does nothing for %o', async fields => {
    const { db } = await createDatabase()
    expect(await beginScan(db, await addRun(db, { ...allUsers, ...fields }))).toBe(null)
  })

  test('waits only for a running run of the same type', async () => {
    const { db } = await createDatabase()
    await addRun(db, { ...allUsers, type: 'all' })
    const queued = { ...allUsers, status: 'queued' } as const
    const follower = await addRun(db, { ...queued, type: 'all' })
    const other = await addRun(db, { ...queued, type: 'new_notifications' })
    const dry = await addRun(db, { ...queued, dryRun: true })
    expect(await beginScan(db, follower)).toBe(null)
    expect(await statusOf(db, follower)).toBe('queued')
    expect(await beginScan(db, other)).toMatchObject({ id: other })
    expect(await beginScan(db, dry)).toMatchObject({ id: dry })
  })

  test('starts a run once if several processes begin it at once', async () => {
    const { db } = await createDatabase()
    const runId = await addRun(db, { ...allUsers, status: 'queued' })
    const begun = await Promise.all([1, 2, 3, 4].map(() => beginScan(db, runId)))
    expect(begun.map(run => run?.id)).toEqual(Array(4).fill(runId))
  })
})

describe('finishing a run', () => {
  test('completes it when its scan is done and every batch is resolved', async () => {
    const { db } = await createDatabase()
    const { jobs } = createJobs()
    const runId = await addRun(db, { scanDone: false })
    const batch = await claimNow(db, await addDueUsers(db, 2), { runId })
    await finishRunIfDone(db, jobs, runId)
    expect(await statusOf(db, runId)).toBe('running')
    await db.update(runs).set({ scanDone: true }).where(eq(runs.id, runId))
    await finishRunIfDone(db, jobs, runId)
    expect(await statusOf(db, runId)).toBe('running')
    await record(db, batch, accepted(batch))
    await finishRunIfDone(db, jobs, runId)
    expect(await statusOf(db, runId)).toBe('completed')
  })

  test('starts the run that waited for it, once', async () => {
    const { db } = await createDatabase()
    const { jobs, scanned } = createJobs()
    const running = await addRun(db, { ...allUsers, scanDone: true })
    const follower = await addRun(db, { ...allUsers, status: 'queued' })
    await finishRunIfDone(db, jobs, running)
    await finishRunIfDone(db, jobs, running)
    expect(scanned).toEqual([follower])
  })
})

describe('requeuing stalled work', () => {
  test('enqueues unfinished runs and overdue batches', async () => {
    const { db } = await createDatabase()
    const { jobs, scanned, delivered } = createJobs()
    const runId = await addRun(db, { scanDone: false })
    const planned = await planBatch(db, [], { runId })
    await addRun(db, { status: 'completed' })
    await addRun(db, { status: 'failed' })

    expect(await requeueStalled(db, jobs, 0)).toBe(1)

    expect(scanned).toEqual([runId])
    expect(delivered).toEqual([planned])
  })

  test('leaves out batches that are leased or not due yet', async () => {
    const { db } = await createDatabase()
    const { jobs, delivered } = createJobs()
    const runId = await addRun(db)
    const leased = await claimNow(db, await addDueUsers(db, 1), { runId })
    const later = await planBatch(db, [], { runId })
    await db.execute(`update tidings.batches set next_attempt_at = now() + interval '1 hour'
      where id = '${later}'`)
    await requeueStalled(db, jobs, 0)
    await record(db, leased, accepted(leased))
    await requeueStalled(db, jobs, 0)
    expect(delivered).toEqual([])
  })

  test('leaves out batches that have not been due long enough', async () => {
    const { db } = await createDatabase()
    const { jobs } = createJobs()
    await planBatch(db, [])
    expect(await requeueStalled(db, jobs, 3_600_000)).toBe(0)
  })
})
