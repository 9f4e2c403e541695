import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { waitForRun } from '../../../src/core/runs/wait-for-run.ts'
import { suppressions } from '../../../src/db/schema.ts'
import { call } from '../../support/client.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import { type Service, startService } from '../../support/service.ts'

/** Starts a run over HTTP, waits for its end and reads it over HTTP. */
async function runOverHttp(service: Service, json: object) {
  const started = await call(service, '/v1/runs', { json })
  await waitForRun(service.app.runs, started.json.id, { every: 20 })
  return (await call(service, started.headers.get('location') ?? '')).json
}

test('a run counts all scanned users by outcome and by reason', async () => {
  const service = await startService()
  const { db, mailbox } = service
  const add = async (user: Parameters<typeof addUser>[1], days = 0.1) => {
    const userId = await addUser(db, user)
    await addNotification(db, userId, { days })
    return userId
  }
  const emailedBefore = await add({})
  await service.run()
  const userIds = [
    emailedBefore,
    await add({}),
    await add({}),
    await add({ email: 'old@example.com' }, 40),
    await add({ emailsEnabled: false }),
    await add({ email: 'no address' }),
    await add({ email: 'Bounced@example.com' }),
    randomUUID(),
  ]
  await db.insert(suppressions).values({ address: 'bounced@example.com', reason: 'bounce' })
  mailbox.setFault({
    kind: 'status',
    status: 422,
    name: 'validation_error',
    match: { body: 'old@example.com' },
  })

  const run = await runOverHttp(service, { type: 'all', userIds })

  const skippedForBoth = { opted_out: 1, invalid_address: 1, suppressed: 1, unknown_user: 1 }
  expect(run).toMatchObject({ status: 'completed', error: null, paused: null })
  expect(run.counts).toEqual({
    scanned: 8,
    due: 3,
    sent: 2,
    failed: 1,
    unknown: 0,
    skipped: { ...skippedForBoth, nothing_outstanding: 1 },
    byType: {
      new_notifications: {
        due: 2,
        sent: 2,
        failed: 0,
        unknown: 0,
        skipped: { ...skippedForBoth, nothing_new: 2 },
      },
      outstanding_reminder: {
        due: 1,
        sent: 0,
        failed: 1,
        unknown: 0,
        skipped: { ...skippedForBoth, new_notifications_due: 2, nothing_outstanding: 1 },
      },
    },
  })
  expect(new Date(run.finishedAt) >= new Date(run.startedAt)).toBe(true)
})

test('a run for unknown users reports each as unknown_user and sends nothing', async () => {
  const service = await startService()
  await addDueUsers(service.db, 1)

  const run = await runOverHttp(service, { type: 'all', userIds: [randomUUID(), randomUUID()] })

  expect(run.status).toBe('completed')
  expect(run.counts).toMatchObject({ scanned: 2, due: 0, skipped: { unknown_user: 2 } })
  expect(service.mailbox.count).toBe(0)
})

test('an email without an answer is counted as unknown, and the run continues', async () => {
  const service = await startService({ timing: { shutdownTimeout: 100 } })
  await addDueUsers(service.db, 2)
  service.mailbox.setFault({ kind: 'reset-after', times: Number.POSITIVE_INFINITY })

  const { json } = await call(service, '/v1/runs', { json: { type: 'all' } })

  const counts = { due: 2, sent: 0, failed: 0, unknown: 2 }
  await vi.waitFor(
    async () => {
      const run = await call(service, `/v1/runs/${json.id}`)
      expect(run.json).toMatchObject({ status: 'running', counts })
    },
    { timeout: 10_000, interval: 50 },
  )
  service.mailbox.setFault(null)
  const run = await waitForRun(service.app.runs, json.id, { every: 20 })
  expect(run.counts).toMatchObject({ due: 2, sent: 2, failed: 0, unknown: 0 })
  expect(service.mailbox.count).toBe(2)
})

test('a run is paused with the reason while sending is stopped', async () => {
  const service = await startService({ timing: { firstProbe: 60_000 } })
  await addDueUsers(service.db, 2)
  const message = 'API key is invalid.'
  service.mailbox.setFault({ kind: 'status', status: 401, name: 'invalid_api_key', message })

  const { json } = await call(service, '/v1/runs', { json: { type: 'all' } })

  await vi.waitFor(
    async () => {
      const run = await call(service, `/v1/runs/${json.id}`)
      expect(run.json).toMatchObject({
        status: 'running',
        error: null,
        paused: { reason: `invalid_api_key: ${message}`, stopped: true },
        counts: { due: 2, sent: 0, failed: 0, unknown: 0 },
      })
      expect(new Date(run.json.paused.until).getTime()).toBeGreaterThan(Date.now())
    },
    { timeout: 10_000, interval: 50 },
  )
})

test('a run that is paused by the provider reports the reason and the time', async () => {
  const service = await startService()
  await addDueUsers(service.db, 1)
  service.mailbox.setFault({ kind: '429', retryAfter: 3_600 })

  const { json } = await call(service, '/v1/runs', { json: { type: 'all' } })

  await vi.waitFor(
    async () => {
      const run = await call(service, `/v1/runs/${json.id}`)
      expect(run.json.paused?.reason).toMatch(/^rate_limit_exceeded: /)
      expect(new Date(run.json.paused.until).getTime()).toBeGreaterThan(Date.now())
    },
    { timeout: 10_000, interval: 50 },
  )
})
