import { expect, test, vi } from 'vitest'
import { batches } from '../../src/db/schema.ts'
import { readJobs } from '../queue/jobs.ts'
import { addDueUsers } from '../setup/host.ts'
import { startService } from '../setup/service.ts'

const patient = { timeout: 20_000, interval: 20 }

test('a slow provider has as many requests under way as the rate brings meanwhile', async () => {
  const { app, db, mailbox } = await startService({ timing: { grace: 100 } })
  mailbox.setFault({ kind: 'hang', times: 20 })

  for (const userId of await addDueUsers(db, 20)) {
    await app.runs.start({ type: 'all', trigger: 'http', userIds: [userId] })
  }

  await vi.waitFor(() => expect(mailbox.stats().held).toBe(20), patient)
})

test('a node that leaves hands back at once what waits for its moment', async () => {
  // The first request leaves at once, the second one twenty seconds later.
  const { app, db, mailbox } = await startService({ env: { RATE_LIMIT: '0.05' } })
  for (const userId of await addDueUsers(db, 2)) {
    await app.runs.start({ type: 'all', trigger: 'http', userIds: [userId] })
  }
  await vi.waitFor(async () => {
    expect(mailbox.count).toBe(1)
    expect(await db.select().from(batches)).toHaveLength(2)
    expect((await readJobs(db, 'deliver')).map(job => job.state)).not.toContain('created')
  }, patient)

  await app.stop()

  const waiting = await db.execute(`select state::text from pgboss.job
    where name = 'deliver' and state = 'created' and start_after <= now()`)
  expect(waiting).toHaveLength(1)
  expect(mailbox.count).toBe(1)
})
