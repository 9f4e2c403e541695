import { once } from 'node:events'
import { eq, sql } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { listRuns } from '../../src/db/runs/read-runs.ts'
import { users } from '../../src/db/schema.ts'
import { blockedBackends, openBlocker } from '../support/blocked.ts'
import { createDatabase } from '../support/database.ts'
import { expectConsistent } from '../support/expect-consistent.ts'
import { openNode, untilSettled } from '../support/faulty-connection.ts'
import { addDueUsers } from '../support/host.ts'
import { openQueueClient } from '../support/jobs.ts'
import { openProvider, startService } from '../support/service.ts'
import { startServiceProcess } from '../support/service-process.ts'

test('schedule, HTTP and command line trigger runs at once: every user is emailed once', {
  timeout: 90_000,
}, async () => {
  const { db, url } = await createDatabase()
  const provider = await openProvider()
  await addDueUsers(db, 400)
  const nodes = [await openNode(url, provider.baseUrl), await openNode(url, provider.baseUrl)]
  const queue = await openQueueClient(url)
  // Slow enough that all runs overlap.
  provider.mailbox.setFault({ kind: 'latency', ms: 150, times: 20 })

  const command = startServiceProcess(['run', 'all'], url, provider.baseUrl)
  const [started] = await Promise.all([
    Promise.all([
      ...nodes.map(node => node.startRun('all')),
      ...nodes.map(node => node.startRun('new_notifications')),
      ...nodes.map(node => node.startRun('outstanding_reminder')),
    ]),
    queue.send('scheduled-run', null),
    once(command.child, 'exit'),
  ])
  // The scheduled run may have joined another queued run.
  await vi.waitFor(async () => {
    expect(
      await db.execute(`select from tidings.run_keys where key like 'schedule:%'`),
    ).toHaveLength(1)
  }, 25_000)
  await untilSettled(db)

  expect(started).not.toContain(false)
  expect(command.child.exitCode, command.output()).toBe(0)
  await expectConsistent(db, provider.mailbox, 400)
})

test('a user who is deleted during the claim affects no other user and leaves no rows', async () => {
  const database = await createDatabase()
  const { db } = database
  const provider = await openProvider()
  const [deleted = ''] = await addDueUsers(db, 100)
  const holder = await openBlocker(database.ownerUrl)
  await holder.blockAt('before insert on notification_emails_sent for each row')
  const { app, run } = await startService({ database, provider })
  const started = run()
  await blockedBackends(db, 'emails_sent')

  await db.delete(users).where(eq(users.userid, deleted))
  await holder.release()
  await started

  await expectConsistent(db, provider.mailbox, 99)
  const [left] = await db.execute(sql`select
    (select count(*) from tidings.deliveries where user_id = ${deleted})::int as deliveries,
    (select count(*) from notification_emails_sent where user_id = ${deleted})::int as attempts`)
  expect(left).toEqual({ deliveries: 0, attempts: 0 })
  const [latest] = (await listRuns(app.db, 1)).runs
  expect(latest?.counts.skipped).toEqual({ unknown_user: 1 })
})
