import { sql } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { waitForRun } from '../../../src/core/runs/wait-for-run.ts'
import type { Database } from '../../../src/db/client/connect.ts'
import { addDueUsers } from '../../support/host.ts'
import { expectAllEmailedOnce } from '../../support/sending-parts.ts'
import { openProvider, type Service, startService } from '../../support/service.ts'

const patient = { timeout: 30_000, interval: 20 }

async function batchesOf(db: Database) {
  const [counts] = await db.execute<{ done: number; claimed: number; leased: number }>(sql`
    select count(*) filter (where state = 'resolved')::int as done,
      count(*) filter (where state = 'frozen')::int as claimed,
      count(*) filter (where leased_until > now())::int as leased
    from tidings.batches`)
  return counts
}

/** Starts one run for each of two users. Resolves to the runs when one email is sent and the other waits. */
async function sendFirstOf({ app, db, mailbox }: Service, userIds: string[]): Promise<string[]> {
  const runs: string[] = []
  for (const userId of userIds) {
    const { id } = await app.runs.start({ type: 'all', trigger: 'http', userIds: [userId] })
    runs.push(id)
  }
  await vi.waitFor(async () => {
    expect(mailbox.count).toBe(1)
    expect(await batchesOf(db)).toEqual({ done: 1, claimed: 1, leased: 1 })
  }, patient)
  return runs
}

test('requests to a slow provider are sent at the full rate without waiting for answers', async () => {
  const { app, db, mailbox } = await startService({ timing: { shutdownTimeout: 100 } })
  mailbox.setFault({ kind: 'hang', times: 20 })

  for (const userId of await addDueUsers(db, 20)) {
    await app.runs.start({ type: 'all', trigger: 'http', userIds: [userId] })
  }

  await vi.waitFor(() => expect(mailbox.stats().held).toBe(20), patient)
})

test('a node that stops hands back the batch that waits for a slot, which costs no attempt', async () => {
  // The first request is sent at once, the second one twenty seconds later.
  const provider = await openProvider()
  const first = await startService({ provider, env: { RATE_LIMIT: '0.05' } })
  const { app, db, mailbox } = first
  const userIds = await addDueUsers(db, 2)
  const runs = await sendFirstOf(first, userIds)

  await app.stop()

  expect(await batchesOf(db)).toEqual({ done: 1, claimed: 1, leased: 0 })
  expect(mailbox.count).toBe(1)
  await db.execute('update tidings.lanes set next_at = now()')
  const second = await startService({ database: first, provider })
  for (const id of runs) await waitForRun(second.app.runs, id, { every: 20 })
  await expectAllEmailedOnce(db, provider, userIds)
  const [rows] = await db.execute(sql`select count(*)::int as count from notification_emails_sent`)
  expect(rows).toEqual({ count: 2 })
})

test('a claimed batch keeps its lease and its rows during a pause, which costs no attempt', async () => {
  const timing = { request: 400, lease: 800, rescueEvery: 100, stalledAfter: 100 }
  const service = await startService({ timing, env: { RATE_LIMIT: '0.5' } })
  const { app, db, provider } = service
  const userIds = await addDueUsers(db, 2)
  const runs = await sendFirstOf(service, userIds)
  await db.execute(`update tidings.lanes set paused_until = now() + interval '4 seconds',
    pause_reason = 'rate_limit_exceeded: slow down'`)

  // Several lease periods pass, and the rescuer would requeue the batch if its lease ended.
  const seen = new Set<string>()
  await vi.waitFor(async () => {
    const counts = await batchesOf(db)
    const [pause] = await db.execute(sql`select from tidings.lanes where paused_until > now()`)
    if (pause) seen.add(JSON.stringify(counts))
    expect(pause).toBeUndefined()
  }, patient)
  expect([...seen].map(counts => JSON.parse(counts))).toEqual([{ done: 1, claimed: 1, leased: 1 }])
  for (const id of runs) await waitForRun(app.runs, id, { every: 20 })

  await expectAllEmailedOnce(db, provider, userIds)
  const [rows] = await db.execute(sql`select count(*)::int as count from notification_emails_sent`)
  expect(rows).toEqual({ count: 2 })
})
