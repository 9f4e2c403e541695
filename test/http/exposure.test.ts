import { expect, test } from 'vitest'
import { call, callCronRoute, PROBLEM } from '../support/client.ts'
import { addDueUsers } from '../support/host.ts'
import { startLocalService } from '../support/local-service.ts'
import { startService } from '../support/service.ts'

const mailboxPaths = [
  '/mailbox',
  '/mailbox/',
  '/mailbox/assets/mailbox.css',
  '/mailbox/api/emails',
  '/mailbox/api/emails/batch',
  '/mailbox/api/faults',
  '/mailbox/api/stats',
]

test('the mailbox is not reachable if a provider key is set', async () => {
  const service = await startService()
  for (const path of mailboxPaths) {
    for (const method of ['GET', 'POST', 'PUT']) {
      const reply = await call(service, path, { method, token: 're_test' })
      expect(reply, `${method} ${path}`).toMatchObject({ status: 404, type: PROBLEM })
    }
  }
})

test('without a provider key the mailbox shows the emails, and accepts faults with the token only', async () => {
  const service = await startLocalService()
  const [userId] = await addDueUsers(service.db, 1)

  expect((await callCronRoute(service)).json).toMatchObject({ emailsSent: 1 })

  const page = await call(service, '/mailbox', { token: null })
  expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
  expect(page.text).toContain(`${userId}@example.com`)
  const root = await call(service, '/', { token: null, headers: { accept: 'text/html' } })
  expect(root.headers.get('location')).toBe('/sign-in')
  expect((await call(service, '/sign-in', { token: null })).text).toContain('href="/mailbox"')
  for (const token of [null, 're_local', 'wrong']) {
    const faults = { method: 'PUT', json: [], token }
    expect((await call(service, '/mailbox/api/faults', faults)).status).toBe(401)
    expect((await call(service, '/mailbox/api/stats', { token })).status).toBe(401)
  }
  const faults = { method: 'PUT', json: [{ kind: 'hang' }] }
  expect((await call(service, '/mailbox/api/faults', faults)).status).toBe(200)
})

test('the OpenAPI 3.1 document lists the API routes and no pages', async () => {
  const service = await startLocalService()

  const reply = await call(service, '/openapi.json', { token: null })

  expect(reply.status).toBe(200)
  expect(reply.json.openapi).toMatch(/^3\.1\./)
  const paths = Object.keys(reply.json.paths)
  expect(paths).toEqual(expect.arrayContaining(['/v1/runs', '/health/live', '/metrics']))
  const isApi = (path: string) => /^\/(v1|api|health|metrics)(\/|$)/.test(path)
  expect(paths.filter(path => !isApi(path))).toEqual([])
  expect(Object.keys(reply.json.paths['/v1/runs'])).toEqual(expect.arrayContaining(['get', 'post']))
  const { schema } = reply.json.paths['/v1/runs'].post.requestBody.content['application/json']
  expect(schema).toMatchObject({ required: ['type'], additionalProperties: false })
  expect(reply.text).not.toContain('mailbox')
})

test('a worker node serves health and no API', async () => {
  const service = await startService({ env: { ROLE: 'worker' } })

  expect((await call(service, '/health/ready')).status).toBe(200)
  for (const path of [
    '/v1/runs',
    '/openapi.json',
    '/unsubscribe/x',
    '/',
    '/sign-in',
    '/assets/dashboard.js',
  ]) {
    expect((await call(service, path)).status, path).toBe(404)
  }
  expect((await callCronRoute(service)).status).toBe(404)
})
