import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { call } from '../support/client.ts'
import { startLocalService } from '../support/local-service.ts'
import { startService } from '../support/service.ts'
import { signIn } from '../support/signed-in.ts'

const run = '00000000-0000-4000-8000-000000000000'
const uncached = [
  ...['/v1/runs', `/v1/runs/${run}`, '/v1/emails', '/v1/nothing', '/openapi.json', '/metrics'],
  ...['/health/live', '/health/ready', '/mailbox', '/sign-in', '/', '/%E0%A4%A', '/nothing'],
]

test('every answer has no-store and nosniff', async () => {
  const service = await startLocalService()
  for (const path of uncached) {
    const { headers } = await call(service, path)
    expect(headers.get('cache-control'), path).toContain('no-store')
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
    expect(headers.get('strict-transport-security'), path).toBeNull()
  }
  const refused = await call(service, '/v1/runs', { token: null })
  expect(refused.headers.get('cache-control')).toBe('no-store')
  for (const path of ['/docs', '/docs/style.css']) {
    const { headers } = await call(service, path, { token: null })
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
  }
})

test('with an https PUBLIC_URL every answer has Strict-Transport-Security', async () => {
  const service = await startService({
    env: { PUBLIC_URL: 'https://mail.example.com', ROLE: 'api' },
  })
  const cookie = await signIn(service)
  const paths = [
    '/v1/runs',
    '/docs/static/index.html',
    '/sign-in',
    '/health/live',
    '/%E0%A4%A',
    '/x',
  ]
  for (const path of paths) {
    const { headers } = await call(service, path)
    expect(headers.get('strict-transport-security'), path).toBe('max-age=31536000')
  }
  const closing = new AbortController()
  const { signal } = closing
  const stream = await fetch(`${service.app.url}/live`, { headers: { cookie }, signal })
  expect(stream.headers.get('content-type')).toContain('text/event-stream')
  expect(stream.headers.get('strict-transport-security')).toBe('max-age=31536000')
  closing.abort()
})

test('a request with two Host headers is refused, even if they are equal', async () => {
  const { app } = await startService({ env: { ROLE: 'api' } })
  const { hostname, port, host } = new URL(app.url)
  for (const second of [host, 'evil.example']) {
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.end(
      `GET /health/live HTTP/1.1\r\nHost: ${host}\r\nhost: ${second}\r\nConnection: close\r\n\r\n`,
    )
    let answer = ''
    for await (const part of socket) answer += part
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('ambiguous_host')
  }
})
