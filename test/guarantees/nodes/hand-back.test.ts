import { sql } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { blockedBackends, openBlocker } from '../../support/blocked.ts'
import { expectConsistent } from '../../support/expect-consistent.ts'
import { untilSettled } from '../../support/faulty-connection.ts'
import { addDueUsers } from '../../support/host.ts'
import { noRescue, openNodes, untilWorking } from '../../support/open-nodes.ts'

/** The seconds between two slots of the stopping worker. */
const SPACING = 100

test('a stopping worker hands back its claimed batches and jobs, and another one sends them', {
  timeout: 120_000,
}, async () => {
  const { db, provider, openApi, openWorker } = await openNodes()
  const timing = noRescue
  const api = await openApi()
  // Its rescuer runs only at its start; then the process is suspended.
  const other = await openWorker({ timing })
  await untilWorking(db)
  other.child.kill('SIGSTOP')
  const stopping = await openWorker({ timing, rate: 1 / SPACING })
  await addDueUsers(db, 800)
  expect(await api.startRun()).toBe(true)
  // One batch was sent; the next one is claimed, and its slot is far in the future.
  await vi.waitFor(
    async () => {
      const [now] = await db.execute<{ waiting: number; claimed: number; ahead: number }>(sql`select
        (select count(*) from tidings.batches b join tidings.runs r on r.id = b.run_id
          where b.state <> 'resolved' and r.scan_done)::int as waiting,
        (select count(*) from tidings.batches where state = 'frozen')::int as claimed,
        (select extract(epoch from next_at - clock_timestamp()) from tidings.lanes)::float as ahead`)
      expect(provider.mailbox.count).toBe(100)
      expect(now?.waiting).toBe(7)
      expect(now?.claimed).toBeGreaterThanOrEqual(1)
      expect(now?.ahead).toBeGreaterThan(SPACING * 1.2)
    },
    { timeout: 40_000, interval: 50 },
  )

  expect(await stopping.stop()).toBe(0)

  const [left] = await db.execute(sql`
    select count(*)::int as batches, count(*) filter (where b.leased_until > now())::int as leased,
      count(*) filter (where exists (
        select from pgboss.job j where j.name = 'deliver' and j.data ->> 'batchId' = b.id::text
          and j.state in ('created', 'retry') and j.start_after <= now()))::int as ready
    from tidings.batches b where b.state <> 'resolved'`)
  expect(left).toEqual({ batches: 7, leased: 0, ready: 7 })
  await db.execute(sql`update tidings.lanes set next_at = now()`)
  other.child.kill('SIGCONT')
  await untilSettled(db)
  await expectConsistent(db, provider.mailbox, 800)
  // The other worker continued the claims, so each email took one attempt.
  const [rows] = await db.execute(sql`select count(*)::int as count from notification_emails_sent`)
  expect(rows).toEqual({ count: 800 })
})

test('another worker continues the scan of a stopping worker', {
  timeout: 120_000,
}, async () => {
  const { database, db, provider, openApi, openWorker } = await openNodes()
  const timing = { ...noRescue, pageSize: 1 }
  const api = await openApi()
  const other = await openWorker({ timing })
  await untilWorking(db)
  other.child.kill('SIGSTOP')
  const stopping = await openWorker({ timing })
  const holder = await openBlocker(database.ownerUrl)
  await addDueUsers(db, 150)
  // The second page is blocked until the worker is stopping.
  await holder.blockAt('before update on tidings.runs for each row when (old.cursor is not null)')
  expect(await api.startRun('new_notifications')).toBe(true)
  await blockedBackends(db, 'update "tidings"."runs"')

  const stopped = stopping.stop()
  await vi.waitFor(() => expect(stopping.lines().join()).toContain('stopping'), { timeout: 10_000 })
  await holder.release()
  expect(await stopped).toBe(0)

  const [run] = await db.execute(sql`
    select scan_done, (select count(*) from pgboss.job where name = 'scan'
      and state in ('created', 'retry') and start_after <= now())::int as ready from tidings.runs`)
  expect(run).toEqual({ scan_done: false, ready: 1 })
  other.child.kill('SIGCONT')
  await untilSettled(db)
  await expectConsistent(db, provider.mailbox, 150)
})
