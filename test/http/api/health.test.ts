import postgres from 'postgres'
import { expect, inject, test, vi } from 'vitest'
import { call } from '../../support/client.ts'
import { startService } from '../../support/service.ts'
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
    expect(start).toMatchObject({ status: 500, json: { code: 'internal_error' } })
    expect(start.text).not.toMatch(/database|select|insert|postgres/i)

    await admin`create database ${admin(name)} template ${admin(TEMPLATE)}`
    await vi.waitFor(async () => {
      expect((await call(service, '/health/ready')).status).toBe(200)
    }, polling)
  } finally {
    await admin.end()
  }
})
