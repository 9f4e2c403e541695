import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Call, call } from '../support/client.ts'
import { addUser } from '../support/host.ts'
import { API_TOKEN, CRON_SECRET, startService } from '../support/service.ts'

const READ_TOKEN = 'test-read-token'
const range = { from: '2026-11-24T00:00:00Z', to: '2026-11-25T00:00:00Z' }

test('READ_TOKEN reads everything under /v1 and may not start, send or change anything', async () => {
  const service = await startService({ env: { ROLE: 'api', READ_TOKEN } })
  const user = await addUser(service.db)
  const run = (await call(service, '/v1/runs', { json: { type: 'all' } })).json.id
  const reads = [
    ...['/v1/runs', `/v1/runs/${run}`, '/v1/emails', '/v1/emails/export?format=csv'],
    ...['/v1/suppressions', '/v1/changes'],
    `/v1/emails/stats?${new URLSearchParams(range)}`,
    ...[`/v1/users/${user}/explain`, `/v1/users/${user}/notification-settings`],
    `/v1/users/${user}/notification-preferences`,
  ]
  for (const path of reads) {
    expect((await call(service, path, { token: READ_TOKEN })).status, path).toBe(200)
  }
  expect((await call(service, `/v1/emails/${randomUUID()}`, { token: READ_TOKEN })).status).toBe(
    404,
  )
  const closing = new AbortController()
  const events = await fetch(`${service.app.url}/v1/runs/${run}/events`, {
    headers: { authorization: `Bearer ${READ_TOKEN}` },
    signal: closing.signal,
  })
  expect(events.status).toBe(200)
  closing.abort()

  const writes: [path: string, request: Call][] = [
    ['/v1/runs', { json: { type: 'all', dryRun: true } }],
    ['/v1/preview', { json: { type: 'new_notifications' } }],
    [`/v1/users/${user}/emails`, { json: { type: 'new_notifications' } }],
    [
      `/v1/users/${user}/notification-settings`,
      { method: 'PUT', json: { notificationEmailsEnabled: false } },
    ],
    [`/v1/users/${user}/notification-preferences`, { method: 'PUT', json: {} }],
    ['/v1/suppressions/ada%40example.com', { method: 'PUT', json: {} }],
    ['/v1/suppressions/ada%40example.com', { method: 'DELETE' }],
    ['/api/cron/send-notification-emails', { method: 'POST' }],
  ]
  for (const [path, request] of writes) {
    const reply = await call(service, path, { ...request, token: READ_TOKEN })
    expect(reply.status, path).toBe(401)
  }
  expect((await call(service, '/v1/runs')).json.data).toHaveLength(1)
})

test('without READ_TOKEN no other token may read', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  for (const token of ['', 'undefined', READ_TOKEN]) {
    expect((await call(service, '/v1/runs', { token })).status).toBe(401)
  }
})

test('every token of a list is accepted, so tokens can be rotated without an outage', async () => {
  const env = {
    ROLE: 'api',
    API_TOKEN: `new-api-token, ${API_TOKEN}`,
    CRON_SECRET: `new-cron-secret,${CRON_SECRET}`,
    READ_TOKEN: 'new-read-token ,old-read-token',
  }
  const service = await startService({ env })
  const start = (token: string) => call(service, '/v1/runs', { token, json: { type: 'all' } })
  const read = (token: string) => call(service, '/v1/runs', { token })

  for (const token of ['new-api-token', API_TOKEN]) {
    expect((await start(token)).status).toBe(202)
    expect((await read(token)).status).toBe(200)
  }
  for (const token of ['new-cron-secret', CRON_SECRET]) {
    expect((await start(token)).status).toBe(202)
    expect((await read(token)).status).toBe(401)
  }
  for (const token of ['new-read-token', 'old-read-token']) {
    expect((await read(token)).status).toBe(200)
    expect((await start(token)).status).toBe(401)
  }
  expect((await read(env.API_TOKEN)).status).toBe(401)
})
