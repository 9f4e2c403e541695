import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { createScan } from '../../../src/core/scan/create-scan.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import type { Jobs } from '../../../src/db/runs/jobs.ts'
import { createScanStore } from '../../../src/db/scan/scan-store.ts'
import { batches, runs } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import { addRun, createJobs, rules } from '../../support/service-parts.ts'

const scanning = { scanDone: false, userIds: null }
const pagesOf = (pageSize: number, jobs: Jobs = createJobs().jobs) => ({ rules, jobs, pageSize })

async function open(db: Database, runId: string, options = pagesOf(3)) {
  const scan = await createScan(createScanStore(db, options), runId)
  if (!scan) throw new Error('there is nothing to scan')
  onTestFinished(() => scan.end())
  return scan
}

/** Scans to the end. Resolves to the number of pages. */
async function scan(db: Database, runId: string, options = pagesOf(3)): Promise<number> {
  const { nextPage } = await open(db, runId, options)
  let pages = 1
  while (await nextPage()) pages += 1
  return pages
}

async function planned(db: Database, runId: string): Promise<string[]> {
  const rows = await db.select().from(batches).where(eq(batches.runId, runId))
  return rows.flatMap(row => row.userIds)
}

async function readRun(db: Database, runId: string) {
  const [run] = await db.select().from(runs).where(eq(runs.id, runId))
  return run
}

test.each([0, 1, 2, 3, 4, 6, 7])('%i users are each planned once, three per page', async count => {
  const { db } = await createDatabase()
  const dueUsers = await addDueUsers(db, Math.max(count, 1)).then(ids => ids.slice(0, count))
  if (count === 0) await db.execute('update notifications set is_read = true')
  const runId = await addRun(db, scanning)

  expect(await scan(db, runId)).toBe(Math.max(Math.ceil(count / 3), 1))

  expect((await planned(db, runId)).sort()).toEqual(dueUsers.sort())
  expect(await readRun(db, runId)).toMatchObject({
    scanDone: true,
    remainder: {},
    scanCounts: { scanned: count, due: count },
  })
})

test('a scan fills whole batches from several pages and enqueues each', async () => {
  const { db } = await createDatabase()
  await addDueUsers(db, 130)
  const runId = await addRun(db, scanning)
  const { jobs, delivered } = createJobs()

  await scan(db, runId, pagesOf(40, jobs))

  const rows = await db.select().from(batches)
  expect(rows.map(row => row.userIds.length).sort((a, b) => b - a)).toEqual([100, 30])
  expect(delivered.sort()).toEqual(rows.map(row => row.id).sort())
})

test('a failed page leaves nothing behind, and the scan continues after the page before', async () => {
  const { db } = await createDatabase()
  const dueUsers = await addDueUsers(db, 250)
  const runId = await addRun(db, scanning)
  const failing: Jobs = {
    ...createJobs().jobs,
    deliver: () => Promise.reject(new Error('the queue is gone')),
  }
  expect(await (await open(db, runId, pagesOf(90))).nextPage()).toBe(true)
  const before = await readRun(db, runId)

  const { nextPage } = await open(db, runId, pagesOf(90, failing))
  await expect(nextPage()).rejects.toThrow('the queue is gone')

  expect(await readRun(db, runId)).toEqual(before)
  expect(await planned(db, runId)).toEqual([])
  await scan(db, runId, pagesOf(90))
  expect((await planned(db, runId)).sort()).toEqual(dueUsers.sort())
})

test('processes that scan one run at once plan no user twice', async () => {
  const { db } = await createDatabase()
  const dueUsers = await addDueUsers(db, 40)
  const runId = await addRun(db, scanning)

  await Promise.all(Array.from({ length: 4 }, () => scan(db, runId)))

  // A process that finds the run taken, or loses the race, stops.
  expect((await planned(db, runId)).sort()).toEqual(dueUsers.sort())
  expect(await readRun(db, runId)).toMatchObject({
    scanDone: true,
    scanCounts: { scanned: 40, due: 40 },
  })
})

test('a prefetched page is discarded if another process was faster', async () => {
  const { db } = await createDatabase()
  const dueUsers = (await addDueUsers(db, 12)).sort()
  const runId = await addRun(db, scanning)
  const slow = await open(db, runId)
  expect(await slow.nextPage()).toBe(true)
  const fast = await open(db, runId)
  expect(await fast.nextPage()).toBe(true)
  const before = await readRun(db, runId)
  expect(before?.cursor).toBe(dueUsers[5])

  expect(await slow.nextPage()).toBe(false)

  expect(await readRun(db, runId)).toEqual(before)
  while (await fast.nextPage());
  expect((await planned(db, runId)).sort()).toEqual(dueUsers)
  expect(await readRun(db, runId)).toMatchObject({ scanCounts: { scanned: 12, due: 12 } })
})

test('a run that ends during its scan is not planned further', async () => {
  const { db } = await createDatabase()
  await addDueUsers(db, 250)
  const runId = await addRun(db, scanning)
  const { nextPage } = await open(db, runId, pagesOf(90))
  expect(await nextPage()).toBe(true)
  await db.update(runs).set({ status: 'failed' }).where(eq(runs.id, runId))
  const before = await readRun(db, runId)

  expect(await nextPage()).toBe(false)

  expect(await readRun(db, runId)).toEqual(before)
  expect(await planned(db, runId)).toEqual([])
})

test('a page has so many unread notifications, and the rest of its last user', async () => {
  const { db } = await createDatabase()
  const dueUsers = (await addDueUsers(db, 12)).sort()
  const more = [0, 3, 0, 0, 30, 0, 1, 2, 9, 0, 0, 7]
  for (const [at, userId] of dueUsers.entries()) {
    for (let count = more[at] ?? 0; count > 0; count -= 1) await addNotification(db, userId)
  }
  const runId = await addRun(db, scanning)
  const { nextPage } = await open(db, runId, pagesOf(10))

  const ends: number[] = []
  while (await nextPage()) ends.push(dueUsers.indexOf((await readRun(db, runId))?.cursor ?? ''))

  // Each user has one more: 1 4 1 1 31, 1 2 3 10, 1 1 8.
  expect(ends).toEqual([4, 8])
  expect((await planned(db, runId)).sort()).toEqual(dueUsers)
})

test('users before the cursor are not evaluated again, and no user after it is missed', async () => {
  const { db } = await createDatabase()
  const dueUsers = (await addDueUsers(db, 8)).sort()
  const runId = await addRun(db, scanning)
  const { nextPage, end } = await open(db, runId)
  await nextPage()
  await end()
  await addNotification(db, dueUsers[0] ?? '')
  await db.execute(`update notifications set is_read = true where user_id = '${dueUsers[7]}'`)

  await scan(db, runId)

  expect((await planned(db, runId)).sort()).toEqual(dueUsers.slice(0, 7))
})

test('a run that is scanned or not running is not scanned again', async () => {
  const { db } = await createDatabase()
  await addDueUsers(db, 5)
  for (const fields of [
    { scanDone: true },
    { status: 'completed' },
    { status: 'failed' },
  ] as const) {
    const runId = await addRun(db, { ...scanning, ...fields })
    expect(await createScan(createScanStore(db, pagesOf(3)), runId)).toBe(null)
    expect(await planned(db, runId)).toEqual([])
  }
})

test('only users with unread notifications are scanned', async () => {
  const { db } = await createDatabase()
  await addUser(db)
  await addNotification(db, await addUser(db), { isRead: true })
  await addNotification(db, await addUser(db), { isDeleted: true })
  const old = await addUser(db)
  await addNotification(db, old, { days: 40 })
  const runId = await addRun(db, scanning)

  await scan(db, runId)

  expect(await readRun(db, runId)).toMatchObject({ scanCounts: { scanned: 1, due: 1 } })
  expect(await db.select().from(batches)).toMatchObject([
    { emailType: 'outstanding_reminder', userIds: [old] },
  ])
})

test('a run for specific users scans only these, once each, and counts unknown users', async () => {
  const { db } = await createDatabase()
  const dueUsers = await addDueUsers(db, 9)
  const requested = dueUsers.slice(0, 5)
  const idle = await addUser(db)
  const unknown = randomUUID()
  const [twice = ''] = requested
  const userIds = [...requested, idle, unknown, twice, twice.toUpperCase()]
  const runId = await addRun(db, { ...scanning, userIds })

  await scan(db, runId)

  expect((await planned(db, runId)).sort()).toEqual(requested.sort())
  expect(await readRun(db, runId)).toMatchObject({
    scanCounts: { scanned: 7, due: 5, skipped: { nothing_outstanding: 1, unknown_user: 1 } },
  })
})
