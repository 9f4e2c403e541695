import { expect, test } from 'vitest'
import { waitForRun } from '../../src/core/runs/wait-for-run.ts'
import { providerAccounts } from '../../src/db/schema.ts'
import { addDueUsers } from '../support/host.ts'
import { openQueueClient, readJobs, until } from '../support/jobs.ts'
import { startService } from '../support/service.ts'

test('the rescuer requeues a batch whose job was lost', async () => {
  const { app, db, mailbox } = await startService({
    timing: { rescueEvery: 100, stalledAfter: 100 },
  })
  await addDueUsers(db, 3)
  const inAnHour = new Date(Date.now() + 3_600_000)
  await db.update(providerAccounts).set({ pausedUntil: inAnHour, pauseReason: 'the test waits' })
  const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
  // The job is postponed by an hour, so it would not run in time by itself.
  await until(async () => {
    expect(await readJobs(db, 'deliver')).toContainEqual(
      expect.objectContaining({ state: 'completed' }),
    )
  })

  await db.update(providerAccounts).set({ pausedUntil: null })
  await db.execute(`delete from pgboss.job where name = 'deliver'`)

  const run = await waitForRun(app.runs, id, { every: 20 })
  expect(run).toMatchObject({ status: 'completed', counts: { sent: 3 } })
  expect(mailbox.count).toBe(3)
})

test('the rescuer requeues a run whose scan job was lost', async () => {
  const starter = await startService({ env: { ROLE: 'api' } })
  await addDueUsers(starter.db, 3)
  const worker = await startService({
    database: starter,
    timing: { rescueEvery: 100, stalledAfter: 100 },
  })
  // Inserted directly, so there is no job.
  const id = '6f0b9df5-6df1-4a62-8a0d-4d7a34ac10b2'
  await starter.db.execute(`insert into tidings.runs (id, type, trigger, scan_counts)
    select '${id}', 'all', 'http', '{"scanned":0,"due":0,"skipped":{},"byType":{
      "new_notifications":{"due":0,"skipped":{}},"outstanding_reminder":{"due":0,"skipped":{}}}}'`)

  const run = await waitForRun(worker.app.runs, id, { every: 20 })

  expect(run.counts.sent).toBe(3)
})

test('no email is lost if the queue is emptied before a restart', async () => {
  const api = await startService({ env: { ROLE: 'api' } })
  const userIds = await addDueUsers(api.db, 120)
  const { id } = await api.app.runs.start({ type: 'all', trigger: 'http' })
  await api.db.execute('delete from pgboss.job')

  const worker = await startService({ database: api })
  const run = await waitForRun(worker.app.runs, id, { every: 20 })

  expect(run.counts.sent).toBe(userIds.length)
  expect(worker.mailbox.count).toBe(userIds.length)
})

test('jobs for missing or finished work have no effect', async () => {
  const { app, db, mailbox, run } = await startService()
  await addDueUsers(db, 2)
  const { id } = await run()
  const gone = '6f0b9df5-6df1-4a62-8a0d-4d7a34ac10b2'
  const batches = await db.execute<{ id: string }>('select id from tidings.batches')
  const jobs = [
    ...batches.map(batch => ({ name: 'deliver', data: { batchId: batch.id, runId: id } })),
    { name: 'deliver', data: { batchId: gone, runId: gone } },
    { name: 'scan', data: { runId: id } },
    { name: 'scan', data: { runId: gone } },
  ]
  const queue = await openQueueClient(app.databaseUrl)
  for (const { name, data } of jobs) await queue.insert(name, [{ data, singletonKey: 'again' }])

  await until(async () => {
    const waiting = [...(await readJobs(db, 'deliver')), ...(await readJobs(db, 'scan'))]
    expect(waiting.filter(job => job.key === 'again' && job.state !== 'completed')).toEqual([])
  })
  expect(mailbox.count).toBe(2)
  expect(await app.runs.find(id)).toMatchObject({ status: 'completed', counts: { sent: 2 } })
})
