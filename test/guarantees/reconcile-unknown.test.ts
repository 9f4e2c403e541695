import { sql } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import type { Fault } from '../../src/local/mailbox/faults.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../support/host.ts'
import { runMaintenance } from '../support/run-maintenance.ts'
import { type Service, startService } from '../support/service.ts'

/** Sends emails without an answer until their key has expired and they are given up as unknown. */
async function giveUp(service: Service, fault: Fault): Promise<void> {
  const { app, db, mailbox } = service
  mailbox.setFault({ ...fault, times: Number.POSITIVE_INFINITY })
  const run = await app.runs.start({ type: 'all', trigger: 'http' })
  await vi.waitFor(async () => expect((await app.runs.find(run.id))?.counts.unknown).toBe(2), {
    timeout: 20_000,
  })
  mailbox.setFault(null)
  await db.execute(sql`
    update tidings.batches set frozen_at = now() - interval '24 hours', next_attempt_at = now(),
      leased_until = null where state = 'frozen'`)
  // The job would wait for an hour; without it the rescuer requeues the batch.
  await db.execute(sql`delete from pgboss.job where name = 'deliver'`)
  const isGivenUp = async () => (await app.runs.find(run.id))?.status === 'completed'
  await vi.waitFor(async () => expect(await isGivenUp()).toBe(true), { timeout: 20_000 })
}

const timing = { firstBackoff: 60_000, request: 1_000 }

test('an unknown outcome is reconciled with the provider’s list, which has the emails', async () => {
  const service = await startService({ timing })
  const { db, mailbox, run } = service
  await addDueUsers(db, 2)
  await giveUp(service, { kind: '500-after' })
  // Another email of the account.
  const other = await addUser(db)
  await addNotification(db, other)
  await run()

  await runMaintenance(db)

  const deliveries = await db.execute(sql`
    select distinct d.state, d.provider_id is not null as known from tidings.deliveries d`)
  expect([...deliveries]).toEqual([{ state: 'accepted', known: true }])
  expect(mailbox.count).toBe(3)
  const attempts = await readAttempts(db)
  expect(attempts.filter(attempt => attempt.success)).toHaveLength(3)
})

test('an email that the provider does not have stays unknown and is not sent again', async () => {
  const service = await startService({ timing })
  const { db, mailbox, run } = service
  await addDueUsers(db, 2)
  await giveUp(service, { kind: '500-before' })

  await runMaintenance(db)

  expect((await run()).counts.due).toBe(0)
  expect(mailbox.count).toBe(0)
  const states = await db.execute(sql`select distinct state from tidings.deliveries`)
  expect([...states]).toEqual([{ state: 'unknown' }])
})
