import { expect, test } from 'vitest'
import { call, PROBLEM } from '../support/client.ts'
import { API_TOKEN, CRON_SECRET, startService } from '../support/service.ts'

const unknownRun = '/v1/runs/00000000-0000-4000-8000-000000000000'

test('every call under /v1 answers 401 with a code without a valid bearer token', async () => {
  const service = await startService()
  const headers: Record<string, string>[] = [
    {},
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: 'Bearer wrong' },
    { authorization: `Bearer ${API_TOKEN}x` },
    { authorization: `Bearer ${API_TOKEN.slice(0, -1)}` },
    { authorization: `Bearer ${API_TOKEN.toUpperCase()}` },
    { authorization: `Basic ${Buffer.from(`:${API_TOKEN}`).toString('base64')}` },
    { authorization: API_TOKEN },
    { authorization: `Bearer undefined` },
    { authorization: `Bearer ${'x'.repeat(8_000)}` },
    { 'x-api-key': API_TOKEN },
    { cookie: `token=${API_TOKEN}` },
  ]
  for (const invalid of headers) {
    const calls = [
      call(service, '/v1/runs', { token: null, headers: invalid, json: { type: 'all' } }),
      call(service, '/v1/runs', { token: null, headers: invalid }),
      call(service, unknownRun, { token: null, headers: invalid }),
    ]
    for (const reply of await Promise.all(calls)) {
      expect(reply, JSON.stringify(invalid)).toMatchObject({ status: 401, type: PROBLEM })
      expect(reply.json).toMatchObject({ status: 401, code: 'unauthorized' })
      expect(reply.headers.get('www-authenticate')).toBe('Bearer')
      expect(reply.text).not.toContain(API_TOKEN)
    }
  }
  expect((await call(service, '/v1/runs')).json.data).toEqual([])
})

test('the token is checked before the body', async () => {
  const service = await startService()

  const reply = await call(service, '/v1/runs', { token: null, json: { no: 'such field' } })

  expect(reply.status).toBe(401)
})

test('a token in the query string is not accepted', async () => {
  const service = await startService()

  const reply = await call(service, `/v1/runs?token=${API_TOKEN}`, { token: null })

  expect(reply.status).toBe(401)
})

test('API_TOKEN reads runs, CRON_SECRET does not', async () => {
  const service = await startService()

  expect((await call(service, '/v1/runs', { token: CRON_SECRET })).status).toBe(401)
  expect((await call(service, unknownRun, { token: CRON_SECRET })).status).toBe(401)
  expect((await call(service, '/v1/runs', { token: API_TOKEN })).status).toBe(200)
  expect((await call(service, unknownRun, { token: API_TOKEN })).status).toBe(404)
})

test('the scheme is case-insensitive', async () => {
  const service = await startService()

  const headers = { authorization: `bearer ${API_TOKEN}` }
  expect((await call(service, '/v1/runs', { token: null, headers })).status).toBe(200)
})
