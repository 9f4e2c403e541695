import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { expect, inject, test, vi } from 'vitest'
import { call, type Reachable } from '../../support/client.ts'
import { addDueUsers } from '../../support/host.ts'
import { startService } from '../../support/service.ts'
import { signIn } from '../../support/signed-in.ts'
import { TEMPLATE } from '../../support/template-database.ts'

const polling = { timeout: 20_000, interval: 100 }

test('a healthy service is live and ready, without a token', async () => {
  const service = await startService()

  const live = await call(service, '/health/live', { token: null })
  const ready = await call(service, '/health/ready', { token: null })

  expect(live).toMatchObject({ status: 200, json: { status: 'ok' } })
  expect(ready).toMatchObject({ status: 200, json: { status: 'ok' } })
  expect(ready.json.checks).toEqual({
    ...{ database: 'ok', queue: 'ok', migrations: 'ok', sending: 'ok' },
    ...{ workers: 'ok', claims: 'ok', provider: 'ok' },
    // An alias of `sending`, for one release.
    lane: 'ok',
  })
})

test('a missing migration makes the service unready and is named', async () => {
  const service = await startService()
  await service.db.execute(`delete from tidings.__drizzle_migrations
    where id = (select max(id) from tidings.__drizzle_migrations)`)

  const ready = await call(service, '/health/ready')

  expect(ready).toMatchObject({ status: 503, json: { status: 'unavailable' } })
  expect(ready.json.checks).toMatchObject({
    database: 'ok',
    queue: 'ok',
    migrations: expect.stringMatching(/^1 not applied.*migrate/),
  })
  expect((await call(service, '/health/live')).status).toBe(200)
})

test('a missing queue makes the service unready', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  await service.db.execute('drop schema pgboss cascade')

  const ready = await call(service, '/health/ready')

  expect(ready.status).toBe(503)
  expect(ready.json.checks).toMatchObject({ database: 'ok', migrations: 'ok' })
  expect(ready.json.checks.queue).not.toBe('ok')
})

test('without its database the service is live but unready, until the database is back', async () => {
  const service = await startService()
  const admin = postgres(inject('adminUrl'), { max: 1, onnotice: () => {} })
  const name = new URL(service.url).pathname.slice(1)
  try {
    await admin`drop database ${admin(name)} with (force)`

    await vi.waitFor(async () => {
      const ready = await call(service, '/health/ready')
      expect(ready).toMatchObject({ status: 503, json: { status: 'unavailable' } })
      expect(ready.json.checks.database).not.toBe('ok')
      expect(ready.text).not.toContain(new URL(service.url).password)
    }, polling)
    const live = await call(service, '/health/live')
    const start = await call(service, '/v1/runs', { json: { type: 'all' } })
    expect(live.status).toBe(200)
    expect(start).toMatchObject({ status: 503, json: { code: 'unavailable' } })
    expect(start.text).not.toMatch(/database|select|insert|postgres/i)

    await admin`create database ${admin(name)} template ${admin(TEMPLATE)}`
    await vi.waitFor(async () => {
      expect((await call(service, '/health/ready')).status).toBe(200)
    }, polling)
  } finally {
    await admin.end()
  }
})

/** Waits until readiness reports this about one check; the process stays ready. */
async function untilDegraded(service: Reachable, check: string, found: RegExp): Promise<void> {
  await vi.waitFor(async () => {
    const { status, json } = await call(service, '/health/ready', { token: null })
    expect({ status, [check]: json.checks[check] }).toEqual({
      status: 200,
      [check]: expect.stringMatching(found),
    })
    expect(json.status).toBe('degraded')
  }, polling)
}

test('a database that has become read-only makes the service unready', async () => {
  const service = await startService()
  const cookie = await signIn(service)
  const database = sql.identifier(new URL(service.url).pathname.slice(1))
  await service.db.execute(sql`alter database ${database} set default_transaction_read_only = on`)
  await service.db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`)

  await vi.waitFor(async () => {
    const { status, json } = await call(service, '/health/ready')
    expect({ status, database: json.checks.database }).toEqual({
      status: 503,
      database: 'the database is read-only',
    })
  }, polling)
  const start = await call(service, '/v1/runs', { json: { type: 'all' } })
  expect(start).toMatchObject({ status: 503, json: { code: 'unavailable' } })
  expect(start.headers.get('retry-after')).toBe('5')
  const page = await call(service, '/', { headers: { cookie } })
  expect(page.text).toContain('The database is read-only')
})

test('work without a worker is reported', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  expect((await call(service, '/health/ready')).json.status).toBe('ok')

  await call(service, '/v1/runs', { json: { type: 'all' } })

  await untilDegraded(service, 'workers', /^no worker has reported so far$/)
})

test('a worker that has been silent for a minute is reported', async () => {
  const service = await startService({ timing: { rescueEvery: 3_600_000 } })
  await service.db.execute(
    `update tidings.lanes set worker_seen_at = now() - interval '61 seconds'`,
  )

  await untilDegraded(service, 'workers', /^no worker has reported since \d{4}-/)
})

test('a provider that answers 500 to everything is reported, until it answers', async () => {
  const service = await startService({ timing: { firstBackoff: 20 } })
  const { db, mailbox, app } = service
  await addDueUsers(db, 2)
  mailbox.setFault({ kind: '500-before', times: Number.POSITIVE_INFINITY })
  await app.runs.start({ type: 'all', trigger: 'http' })

  await untilDegraded(
    service,
    'provider',
    /^1 request to the provider failed three times or more since .* \(internal_server_error\); next attempt /,
  )
  const page = await call(service, '/', { headers: { cookie: await signIn(service) } })
  expect(page.text).toContain('Emails do not go out')

  mailbox.setFault(null)
  await vi.waitFor(async () => {
    expect((await call(service, '/health/ready')).json.status).toBe('ok')
  }, polling)
  expect(mailbox.count).toBe(2)
})

test('batches that cannot be claimed are reported, hold up no other run, and lose nothing', async () => {
  const service = await startService()
  const { db, mailbox, app, run } = service
  const { name } = inject('serviceRole')
  const userIds = await addDueUsers(db, 3)
  await db.execute(sql.raw(`revoke insert on notification_emails_sent from ${name}`))
  await app.runs.start({ type: 'all', trigger: 'http' })
  await untilDegraded(service, 'claims', /^1 batch cannot be claimed and is retried$/)

  await db.execute(sql.raw(`grant insert on notification_emails_sent to ${name}`))
  const second = await run()

  expect(second.status).toBe('completed')
  await vi.waitFor(() => expect(mailbox.count).toBe(userIds.length), polling)
})
