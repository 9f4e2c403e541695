import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { listRuns } from '../../../src/db/runs/read-runs.ts'
import { expectConsistent } from '../../support/expect-consistent.ts'
import { untilSettled } from '../../support/faulty-connection.ts'
import { addDueUsers } from '../../support/host.ts'
import { openNodes } from '../../support/open-nodes.ts'

const USERS = 1_000

test('two nodes trigger runs and three workers compete for the scan: no page is scanned twice', {
  timeout: 90_000,
}, async () => {
  const { db, provider, openApi, openWorker } = await openNodes()
  await addDueUsers(db, USERS)
  // Fifty pages, and the rescuer keeps enqueueing the scan for every worker.
  const timing = { pageSize: 20, rescueEvery: 20, stalledAfter: 0 }
  const apis = await Promise.all([openApi(), openApi()])
  await Promise.all([openWorker({ timing }), openWorker({ timing }), openWorker({ timing })])

  const started = await Promise.all(
    [...apis, ...apis].map(api => api.startRun('new_notifications')),
  )
  expect(started).toEqual([true, true, true, true])
  await untilSettled(db)

  const { runs } = await listRuns(db, 20)
  // The first run, and at most one more for triggers after its start.
  expect(runs.length).toBeLessThanOrEqual(2)
  for (const { counts } of runs) expect(counts.scanned).toBe(USERS)
  expect(runs.reduce((sum, { counts }) => sum + counts.due, 0)).toBe(USERS)
  // A user planned twice would still be emailed once, so also check the number of batches.
  const [planned] = await db.execute(sql`select count(*)::int as batches from tidings.batches`)
  expect(planned?.batches).toBe(USERS / 100)
  await expectConsistent(db, provider.mailbox, USERS)
})
