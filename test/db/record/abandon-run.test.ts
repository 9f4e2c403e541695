import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { abandonRun } from '../../../src/db/record/abandon-run.ts'
import { listFailures } from '../../../src/db/record/list-failures.ts'
import { runs } from '../../../src/db/schema.ts'
import { findRun } from '../../../src/db/trigger/read-runs.ts'
import { createDatabase } from '../../setup/database.ts'
import { addDueUsers } from '../../setup/host.ts'
import { judge } from '../rules/judge.ts'
import {
  accepted,
  addRun,
  claim,
  claimNow,
  createJobs,
  errorsOf,
  planBatch,
  readBatch,
  record,
  rejected,
} from '../service-parts.ts'

const WHY = 'invalid_api_key: the key was revoked'

test('a run that cannot go on fails and says why; whom it has not claimed stays due', async () => {
  const { db } = await createDatabase()
  const { jobs } = createJobs()
  const people = await addDueUsers(db, 3)
  const runId = await addRun(db)
  const batchId = await planBatch(db, people, { runId })

  await abandonRun(db, jobs, runId, WHY)

  expect(await findRun(db, runId)).toMatchObject({
    status: 'failed',
    error: WHY,
    finishedAt: expect.any(Date),
    counts: { sent: 0, failed: 0, skipped: { run_stopped: 3 } },
  })
  expect(await claim(db, batchId)).toBeNull()
  for (const userId of people) {
    expect(await judge(db, userId)).toEqual(['due', 'new_notifications_due'])
  }
})

test('what it has under way comes to its own end', async () => {
  const { db } = await createDatabase()
  const [userId = ''] = await addDueUsers(db, 1)
  const runId = await addRun(db)
  const batch = await claimNow(db, [userId], { runId })
  await abandonRun(db, createJobs().jobs, runId, WHY)
  expect(await readBatch(db, batch.id)).toMatchObject({ state: 'frozen' })
  await record(db, batch, accepted(batch))
  expect(await errorsOf(db, userId)).toEqual([null])
  expect(await findRun(db, runId)).toMatchObject({ status: 'failed', counts: { sent: 1 } })
})

test('the run that waited for it begins, once', async () => {
  const { db } = await createDatabase()
  const { jobs, scanned } = createJobs()
  const runId = await addRun(db, { userIds: null })
  const follower = await addRun(db, { userIds: null, status: 'queued' })
  await abandonRun(db, jobs, runId, WHY)
  await abandonRun(db, jobs, runId, 'another reason')
  expect(scanned).toEqual([follower])
  expect(await findRun(db, runId)).toMatchObject({ error: WHY })
})

test('a run that has ended is not failed afterwards', async () => {
  const { db } = await createDatabase()
  const runId = await addRun(db, { status: 'completed' })
  await abandonRun(db, createJobs().jobs, runId, WHY)
  const [run] = await db.select().from(runs).where(eq(runs.id, runId))
  expect(run).toMatchObject({ status: 'completed', error: null })
})

test('its failures are told a line each, the last word on each email', async () => {
  const { db } = await createDatabase()
  const runId = await addRun(db)
  const [lost = '', refused = '', taken = ''] = await addDueUsers(db, 3)
  const first = await claimNow(db, [lost], { runId })
  await record(db, first, { kind: 'repeat', error: 'timeout: no answer' })
  const second = await claim(db, first.id)
  if (second) await record(db, second, { kind: 'repeat', error: 'network: reset' })
  const third = await claimNow(db, [refused], { runId })
  await record(db, third, rejected(third, 'validation_error: bad'))
  const fourth = await claimNow(db, [taken], { runId })
  await record(db, fourth, accepted(fourth))

  expect(await listFailures(db, runId, 10)).toEqual([
    `new_notifications to user ${lost}: network: reset`,
    `new_notifications to user ${refused}: validation_error: bad`,
  ])
  expect(await listFailures(db, runId, 1)).toHaveLength(1)
})
