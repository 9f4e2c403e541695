import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { waitForRun } from '../../src/core/runs/wait-for-run.ts'
import type { Database } from '../../src/db/client/connect.ts'
import { requeueStalled } from '../../src/db/maintenance/requeue-stalled.ts'
import { providerAccounts } from '../../src/db/schema.ts'
import { acceptDeployment } from '../../src/db/send/accept-deployment.ts'
import { createRateLimiter } from '../../src/db/send/rate-limiter.ts'
import { readRememberedDeployment } from '../../src/db/send/read-deployment.ts'
import { call } from '../support/client.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { addDueUsers, addNotification, addUser } from '../support/host.ts'
import { startLocalService } from '../support/local-service.ts'
import { listenTo, until } from '../support/sending-parts.ts'
import { openProvider, type ServiceOptions, startService } from '../support/service.ts'
import { claimNow, createJobs, endLease, planBatch, readBatch } from '../support/service-parts.ts'
import { signIn } from '../support/signed-in.ts'

const HOME = 'https://mail.acme.example'
const COPY = 'https://staging.acme.example'
const REASON = `moved: this database sends for ${HOME}, and this service is ${COPY}`

const startAt = (url: string, { env, ...options }: ServiceOptions = {}) =>
  startService({ ...options, env: { PUBLIC_URL: url, ...env } })

const remembered = (db: Database) => readRememberedDeployment(db, 'resend')

/** A database from which production has sent, and which is now a copy. */
async function copyDatabase(): Promise<TestDatabase> {
  const database = await createDatabase()
  const { app } = await startAt(HOME, { database })
  await app.stop()
  return database
}

/** Waits until every job that would send was taken. */
async function settle(db: Database): Promise<void> {
  await until(async () => {
    const [jobs] = await db.execute(sql`
      select count(*) filter (where state < 'completed')::int as open,
        count(*) filter (where state = 'completed') > 0 as done
      from pgboss.job where name = 'deliver'`)
    expect(jobs).toEqual({ open: 0, done: true })
  })
}

test('the first start with a key is remembered, without the key', async () => {
  const database = await createDatabase()
  expect(await remembered(database.db)).toBeNull()
  await startAt(`${HOME}/`, { database, env: { RESEND_API_KEY: 're_secret' } })
  expect(await remembered(database.db)).toEqual({
    publicUrl: HOME,
    keyFingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
  })
  const row = await database.db.select().from(providerAccounts)
  expect(JSON.stringify(row)).not.toContain('re_secret')
})

test.each(['https://MAIL.acme.example', 'https://mail.acme.example:443/'])(
  'another spelling of the same PUBLIC_URL is no move: %s',
  async url => {
    const database = await copyDatabase()
    await addDueUsers(database.db, 1)
    const { run } = await startAt(url, { database })
    expect((await run()).counts.sent).toBe(1)
  },
)

test('another key alone passes, and is remembered', async () => {
  const database = await copyDatabase()
  const before = await remembered(database.db)
  await addDueUsers(database.db, 1)
  const { logger, lines } = listenTo(/^the provider key is another/)
  const { run } = await startAt(HOME, { database, env: { RESEND_API_KEY: 're_new' }, logger })
  expect((await run()).counts.sent).toBe(1)
  expect(lines).toHaveLength(1)
  const after = await remembered(database.db)
  expect(after?.publicUrl).toBe(HOME)
  expect(after?.keyFingerprint).not.toBe(before?.keyFingerprint)
})

test('a copy with a key of its own is stopped as well, and the memory stays', async () => {
  const database = await copyDatabase()
  const before = await remembered(database.db)
  const copy = await startAt(COPY, { database, env: { RESEND_API_KEY: 're_of_the_copy' } })
  expect((await call(copy, '/health/ready')).json.checks.sending).toBe('stopped: moved')
  expect(await remembered(database.db)).toEqual(before)
})

test('a copy sends nothing, neither planned nor stored, and says why everywhere', async () => {
  const database = await copyDatabase()
  const { db } = database
  const provider = await openProvider()
  await addDueUsers(db, 2)
  const inFlight = await addUser(db)
  await addNotification(db, inFlight)
  const stored = await claimNow(db, [inFlight])
  await endLease(db, stored.id)
  const before = await readBatch(db, stored.id)
  const { logger, lines } = listenTo(/^sending /)

  const service = await startAt(COPY, { database, provider, logger })
  const { app } = service
  expect(lines).toMatchObject([{ level: 'error', reason: REASON }])
  expect(lines[0]?.advice).toContain('moved --yes')
  const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
  await settle(db)

  expect(provider.mailbox.count).toBe(0)
  expect(await readBatch(db, stored.id)).toEqual(before)
  expect(await app.runs.find(id)).toMatchObject({
    status: 'running',
    counts: { due: 2, sent: 0 },
    paused: { reason: REASON, until: null, stopped: true },
  })
  const ready = await call(service, '/health/ready', { token: null })
  expect(ready).toMatchObject({ status: 200, json: { status: 'degraded' } })
  expect(ready.json.checks.sending).toBe('stopped: moved')
  expect((await call(service, '/metrics')).text).toContain('tidings_lane_stopped 1')
  const page = await fetch(app.url, { headers: { cookie: await signIn(service) } })
  const html = await page.text()
  expect(html).toContain(REASON)
  // A button that resumes would be the wrong one.
  expect(html).not.toContain('id="resume"')

  await acceptDeployment(db, 'resend', { publicUrl: COPY, keyFingerprint: null })
  await waitForRun(app.runs, id, { every: 20 })
  await until(async () => expect(provider.mailbox.count).toBe(3))
  const keys = provider.mailbox.emails().map(email => email.key)
  expect(keys).toContain(stored.id)
  expect((await call(service, '/health/ready')).json.checks.sending).toBe('ok')
})

test('the deployment that the database knows goes on sending beside a stray one', async () => {
  const database = await createDatabase()
  const provider = await openProvider()
  const home = await startAt(HOME, { database, provider })
  const stray = await startAt('http://localhost:3000', { database, provider })
  await addDueUsers(database.db, 3)

  const { id } = await stray.app.runs.start({ type: 'all', trigger: 'http' })
  const finished = await waitForRun(home.app.runs, id, { every: 20 })

  expect(finished.counts).toMatchObject({ sent: 3 })
  const bodies = provider.mailbox.emails().map(({ text }) => text)
  expect(bodies).toHaveLength(3)
  for (const text of bodies) expect(text).toContain(`${HOME}/unsubscribe/`)
  expect((await call(home, '/health/ready')).json.status).toBe('ok')
})

test('a stray deployment does not probe for the others', async () => {
  const database = await copyDatabase()
  const { db } = database
  await db.update(providerAccounts).set({
    stoppedReason: 'invalid_api_key: no',
    stoppedUntil: 'probe',
    stoppedAt: new Date(),
    probeAt: new Date(Date.now() - 60_000),
  })
  const { run } = await startAt(COPY, { database })
  // The rescuer, which would have probed, requeues the scan of this run.
  await run({ dryRun: true })
  await addDueUsers(db, 1)
  await run({ dryRun: true })
  const accounts = await db.select().from(providerAccounts)
  expect(accounts).toMatchObject([{ stoppedReason: 'invalid_api_key: no' }])
})

test.each([
  ['DELIVER_ONLY', { DELIVER_ONLY: '@test.example' }],
  ['DELIVER_TO', { DELIVER_TO: 'ops@test.example' }],
])('a copy with %s sends behind the guard, and is stopped again without it', async (_name, env) => {
  const database = await copyDatabase()
  const { db } = database
  const provider = await openProvider()
  const real = await addUser(db, { email: 'real@else.example' })
  await addNotification(db, real)
  const stored = await claimNow(db, [real])
  await endLease(db, stored.id)
  const tester = await addUser(db, { email: 'ana@test.example' })
  await addNotification(db, tester)

  const guarded = await startAt(COPY, { database, provider, env })
  expect((await guarded.run()).counts).toMatchObject({ sent: 1 })
  const recipients = provider.mailbox.emails().flatMap(({ to }) => to)
  expect(recipients).toEqual([expect.stringMatching(/@test\.example$/)])
  expect((await readBatch(db, stored.id)).state).toBe('frozen')
  expect((await call(guarded, '/health/ready')).json.status).toBe('ok')
  expect((await remembered(db))?.publicUrl).toBe(HOME)
  await guarded.app.stop()

  const bare = await startAt(COPY, { database, provider })
  expect((await call(bare, '/health/ready')).json.checks.sending).toBe('stopped: moved')
})

test('a copy gets no slot and requeues nothing', async () => {
  const { db } = await createDatabase()
  const batchId = await planBatch(db, await addDueUsers(db, 1))
  await acceptDeployment(db, 'resend', { publicUrl: HOME, keyFingerprint: null })
  const read = async (publicUrl: string) => {
    const deployment = { publicUrl, keyFingerprint: null }
    const limiter = await createRateLimiter(db, { account: 'resend', deployment })
    const { jobs, delivered } = createJobs()
    await requeueStalled(db, jobs, 0, { deployment })
    return { delivered, slot: await limiter.reserve(), pausedForMs: await limiter.pausedForMs() }
  }
  expect(await read(COPY)).toEqual({
    delivered: [],
    slot: { kind: 'paused', forMs: Number.POSITIVE_INFINITY },
    pausedForMs: Number.POSITIVE_INFINITY,
  })
  expect(await read(HOME)).toMatchObject({
    delivered: [batchId],
    slot: { kind: 'granted' },
    pausedForMs: 0,
  })
})

test('where no email can leave, nothing is remembered and nothing is stopped', async () => {
  const shadow = await startAt(HOME, { env: { SHADOW: 'true' } })
  expect(await remembered(shadow.db)).toBeNull()
  const local = await startLocalService()
  expect(await remembered(local.db)).toBeNull()
  const api = await startAt(HOME, { env: { ROLE: 'api' } })
  expect(await remembered(api.db)).toBeNull()
})
