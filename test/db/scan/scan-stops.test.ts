import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createScan } from '../../../src/core/scan/create-scan.ts'
import { scanRun } from '../../../src/core/scan/scan-run.ts'
import { createScanStore } from '../../../src/db/scan/scan-store.ts'
import { concurrentDatabase } from '../../support/concurrency.ts'
import { addDueUsers } from '../../support/host.ts'
import { addRun, createJobs, rules } from '../../support/service-parts.ts'

const noEnd = { finishIfDone: async () => {} }

test('a failed scan leaves no query running on any connection', async () => {
  const { db, outside } = await concurrentDatabase()
  await addDueUsers(outside, 30)
  const runId = await addRun(outside, { scanDone: false, userIds: null })
  const options = { rules, jobs: createJobs().jobs, pageSize: 10 }
  const waiting = () =>
    outside.execute<{ pid: number }>(sql`
      select pid from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' order by xact_start`)
  let hasFailed = false
  const { scanning } = await outside.transaction(async tx => {
    // Page ends can be found, but evaluating pages has to wait.
    await tx.execute(sql`lock table tidings.suppressions in access exclusive mode`)
    const scanning = scanRun(
      id => createScan(createScanStore(db, options), id),
      noEnd,
      runId,
      new AbortController().signal,
    ).finally(() => {
      hasFailed = true
    })
    scanning.catch(() => {})
    await expect.poll(async () => (await waiting()).length, { timeout: 10_000 }).toBe(2)
    const [first] = await waiting()
    await outside.execute(sql`select pg_terminate_backend(${first?.pid ?? 0})`)
    await expect.poll(async () => (await waiting()).length, { timeout: 10_000 }).toBe(1)
    expect(hasFailed).toBe(false)
    return { scanning }
  })
  await expect(scanning).rejects.toThrow()
  const [left] = await outside.execute(sql`
    select count(*)::int as busy from pg_stat_activity
    where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`)
  expect(left).toEqual({ busy: 0 })
})
