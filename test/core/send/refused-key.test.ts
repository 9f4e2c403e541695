import { expect, test } from 'vitest'
import { waitForRun } from '../../../src/core/runs/wait-for-run.ts'
import { call } from '../../support/client.ts'
import { createDatabase } from '../../support/database.ts'
import { addDueUsers, readAttempts } from '../../support/host.ts'
import {
  accountOf,
  expectAllEmailedOnce,
  listen,
  revokedKey,
  until,
} from '../../support/sending-parts.ts'
import { openProvider, startService } from '../../support/service.ts'

test.each([
  [401, 'missing_api_key'],
  [403, 'invalid_api_key'],
  [451, 'security_error'],
])(
  'a refused key (%i %s) stops two nodes, and all users get their emails once it is fixed',
  async (status, name) => {
    const database = await createDatabase()
    const provider = await openProvider()
    const { logger, lines } = listen()
    const timing = { firstProbe: 300, longestProbe: 600 }
    const nodes = [
      await startService({ database, provider, timing, logger }),
      await startService({ database, provider, timing, logger }),
    ]
    const [{ app, db }] = nodes as [(typeof nodes)[0], (typeof nodes)[0]]
    const userIds = await addDueUsers(db, 450)
    provider.mailbox.setFaults(revokedKey(status, name))
    const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
    const reason = `${name}: told so`

    await until(async () => expect((await accountOf(db)).stopped_reason).toBe(reason))
    const probes = new Set<string | null>()
    const untilProbes = (count: number) =>
      until(async () => {
        const account = await accountOf(db)
        expect(account.stopped_reason).toBe(reason)
        expect(probes.add(account.probe_at).size).toBeGreaterThan(count)
      })
    // Wait until every answer is recorded.
    await untilProbes(2)
    const refused = provider.mailbox.requests
    await untilProbes(5)
    const errors = (await readAttempts(db)).map(({ errorMessage }) => errorMessage)
    expect(errors).toContain(reason)
    // Claimed batches wait for sending to resume.
    const others = errors.filter(error => error !== reason)
    for (const error of others) expect(error).toMatch(/^pending:/)
    // Only the requests that were in flight at the first refusal.
    expect(refused).toBeLessThanOrEqual(16)
    expect(provider.mailbox.requests).toBe(refused)
    const run = await app.runs.find(id)
    expect(run).toMatchObject({
      status: 'running',
      error: null,
      paused: { reason, until: expect.any(Date), stopped: true },
      counts: { sent: 0, failed: 0, unknown: 0 },
    })
    const ready = await call({ app }, '/health/ready')
    expect(ready).toMatchObject({ status: 200, json: { status: 'degraded' } })
    expect(ready.json.checks.sending).toBe(`stopped: ${reason.split(':')[0]}`)

    provider.mailbox.setFaults([])
    const finished = await waitForRun(app.runs, id, { every: 20 })

    expect(finished.counts).toMatchObject({ due: 450, sent: 450, failed: 0, unknown: 0 })
    expect(finished.paused).toBeNull()
    await expectAllEmailedOnce(db, provider, userIds)
    expect(lines).toMatchObject([
      { level: 'error', reason, advice: expect.any(String) },
      { level: 'info', reason },
    ])
    expect((await call({ app }, '/health/ready')).json.status).toBe('ok')
  },
)

test('a probe accepts a key that may only send', async () => {
  const { app, db, provider } = await startService()
  const userIds = await addDueUsers(db, 3)
  const restricted = { kind: 'status', status: 401, name: 'restricted_api_key' } as const
  const match = { endpoint: 'domains' } as const
  provider.mailbox.setFaults([
    { kind: 'status', status: 403, name: 'invalid_api_key' },
    { ...restricted, match, times: 100 },
  ])
  const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
  await waitForRun(app.runs, id, { every: 20 })
  await expectAllEmailedOnce(db, provider, userIds)
})

test('a probe without an answer leaves sending stopped', async () => {
  const { app, db, provider } = await startService({ timing: { probe: 200, firstProbe: 300 } })
  const userIds = await addDueUsers(db, 2)
  const match = { endpoint: 'domains' } as const
  provider.mailbox.setFaults([
    { kind: 'status', status: 401, name: 'invalid_api_key', message: 'told so' },
    { kind: 'hang', match },
    { kind: '500-before', match },
    { kind: '429', match },
  ])
  const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
  await until(async () => expect(provider.mailbox.stats().faults).toBeLessThan(3))
  expect((await accountOf(db)).stopped_reason).toBe('invalid_api_key: told so')
  expect(provider.mailbox.requests).toBe(1)
  await waitForRun(app.runs, id, { every: 20 })
  expect(provider.mailbox.stats().faults).toBe(0)
  await expectAllEmailedOnce(db, provider, userIds)
})

test('an unverified domain gets one request per probe, less and less often, until it is fixed', async () => {
  const timing = { rescueEvery: 50, firstProbe: 100, longestProbe: 1_600 }
  const { app, db, provider } = await startService({ timing })
  const userIds = await addDueUsers(db, 650)
  const [sending] = revokedKey(403, 'validation_error')
  provider.mailbox.setFaults(sending ? [sending] : [])
  const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
  let refusals: number[] = []
  await until(async () => {
    const refused = await db.execute<{ at: number }>(`
      select extract(epoch from max(closed_at))::float as at from tidings.deliveries
      where state = 'released' group by batch_id order by at`)
    refusals = refused.map(({ at }) => at)
    expect((refusals.at(-1) ?? 0) - (refusals[0] ?? 0)).toBeGreaterThan(5)
  }, 25_000)

  // The first seven were in flight concurrently; after them, requests are sent one at a time.
  expect(refusals.length).toBeLessThanOrEqual(7 + 7)
  expect(refusals.length).toBeGreaterThan(3)
  expect((refusals.at(-1) ?? 0) - (refusals.at(-2) ?? 0), `${refusals}`).toBeGreaterThan(1)
  provider.mailbox.setFaults([])
  await waitForRun(app.runs, id, { every: 20 })
  await expectAllEmailedOnce(db, provider, userIds)
}, 60_000)

test('a batch that may have been accepted before the key was refused keeps its key', async () => {
  const { app, db, provider } = await startService({ timing: { firstBackoff: 50 } })
  const keys: string[] = []
  provider.mailbox.onAccepted(emails => keys.push(...emails.map(email => email.key ?? '')))
  const userIds = await addDueUsers(db, 3)
  provider.mailbox.setFaults([
    { kind: 'reset-after' },
    { kind: 'status', status: 401, name: 'invalid_api_key', message: 'told so' },
  ])
  const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
  await waitForRun(app.runs, id, { every: 20 })

  await expectAllEmailedOnce(db, provider, userIds)
  const batches = await db.execute<{ id: string }>('select id from tidings.batches')
  expect([...new Set(keys)]).toEqual(batches.map(batch => batch.id))
  const errors = (await readAttempts(db, userIds[0])).map(({ errorMessage }) => errorMessage)
  expect(errors).toEqual([expect.stringMatching(/^network: /), 'invalid_api_key: told so', null])
})
