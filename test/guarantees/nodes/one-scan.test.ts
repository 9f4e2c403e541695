import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { listRuns } from '../../../src/db/runs/read-runs.ts'
import { expectConsistent } from '../../support/expect-consistent.ts'
import { untilSettled } from '../../support/faulty-connection.ts'
import { addDueUsers } from '../../support/host.ts'
import { openNodes } from '../../support/open-nodes.ts'

const PEOPLE = 1_000

test('triggered by two nodes at once, with workers that all reach for the scan, no page is scanned twice', {
  timeout: 90_000,
}, async () => {
  const { db, provider, openApi, openWorker } = await openNodes()
  await addDueUsers(db, PEOPLE)
  // Fifty pages, and every worker is told again and again that the run is to be scanned.
  const timing = { pageSize: 20, rescueEvery: 20, stalledAfter: 0 }
  const apis = await Promise.all([openApi(), openApi()])
  await Promise.all([openWorker({ timing }), openWorker({ timing }), openWorker({ timing })])

  const started = await Promise.all(
    [...apis, ...apis].map(api => api.startRun('new_notifications')),
  )
  expect(started).toEqual([true, true, true, true])
  await untilSettled(db)

  const { runs } = await listRuns(db, 20)
  // The first one, and one at most for who came when it had begun.
  expect(runs.length).toBeLessThanOrEqual(2)
  for (const { counts } of runs) expect(counts.scanned).toBe(PEOPLE)
  expect(runs.reduce((sum, { counts }) => sum + counts.due, 0)).toBe(PEOPLE)
  // Who was planned twice is mailed once all the same; the counts would not tell.
  const [planned] = await db.execute(sql`select count(*)::int as batches from tidings.batches`)
  expect(planned?.batches).toBe(PEOPLE / 100)
  await expectConsistent(db, provider.mailbox, PEOPLE)
})
