import { expect, test } from 'vitest'
import { call } from '../support/client.ts'
import { startService } from '../support/service.ts'

const browser = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' }

test('an address without a route is a page for a browser and a problem for a program', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const ask = (path: string, headers: Record<string, string>) =>
    call(service, path, { token: null, headers })

  const page = await ask('/emials?x=1', browser)
  expect(page.status).toBe(404)
  expect(page.text).toMatch(/<h1>No such page<\/h1>.*<a href="\/">Go to the dashboard/s)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")

  const problem = { code: 'not_found', title: expect.stringContaining('No such route: GET ') }
  for (const path of ['/v1/emials', '/api/x', '/health/x', '/webhooks/x', '/assets/x.js']) {
    expect((await ask(path, browser)).json, path).toMatchObject(problem)
  }
  expect((await ask('/emials', { accept: '*/*' })).json).toMatchObject(problem)
})
