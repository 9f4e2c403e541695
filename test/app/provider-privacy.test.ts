import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLoggerTo } from '../../src/cli/logger.ts'
import { secretsOf } from '../../src/config/secrets-of.ts'
import { createScrub } from '../../src/core/errors/scrub-secrets.ts'
import { call, callCronRoute } from '../support/client.ts'
import { createDatabase } from '../support/database.ts'
import { addDueUsers } from '../support/host.ts'
import { startService } from '../support/service.ts'

/** A provider whose errors quote the request and the account's owner. */
async function openEcho(status: number, name: string, extra: () => string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { authorization } = request.headers
      const message = `${authorization} is not good, ask owner@account.example; ${extra()}`
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ statusCode: status, name, message }))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const SECRETS = {
  RESEND_API_KEY: 're_AbCdEf_123456789',
  RESEND_WEBHOOK_SECRET: 'whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=',
  LINK_SECRET: 'link-secret-of-this-test',
}

test.each([
  { status: 403, name: 'invalid_api_key', sending: 'stopped: invalid_api_key' },
  { status: 403, name: 'Bearer re_AbCdEf_123456789', sending: 'stopped: unknown' },
  { status: 422, name: 'validation_error', sending: 'ok' },
])(
  'a server that echoes our secrets does not leak them ($status $name)',
  async ({ status, name, sending }) => {
    let text = ''
    const destination = new Writable({
      write(chunk, _encoding, done) {
        text += chunk
        done()
      },
    })
    const database = await createDatabase()
    const password = new URL(database.url).password
    const all = Object.values(SECRETS).join(' ')
    const baseUrl = await openEcho(status, name, () => `${all} ${password}`)
    const service = await startService({
      database,
      logger: createLoggerTo(destination, 'trace'),
      env: { ...SECRETS, RESEND_BASE_URL: baseUrl },
      timing: { cronTimeout: 1_000 },
    })
    await addDueUsers(service.db, 2)

    const cron = await vi.waitFor(
      async () => {
        const cron = await callCronRoute(service)
        expect(cron).toMatchObject({ status: 500, json: { success: false } })
        return cron
      },
      { timeout: 30_000 },
    )
    const ready = await vi.waitFor(async () => {
      const ready = await call(service, '/health/ready', { token: null })
      expect(ready.json.checks.sending).toBe(sending)
      return ready
    })
    const emails = await call(service, '/v1/emails')
    await service.app.stop()
    const stored = await service.db.execute(sql`
    select error_message as text from public.notification_emails_sent
    union all select stopped_reason from tidings.lanes`)

    expect(cron.json.errors.join()).toContain('o…@account.example')
    expect(JSON.stringify(stored)).toContain('is not good')
    for (const place of [text, cron.text, ready.text, emails.text, JSON.stringify(stored)]) {
      for (const secret of [...Object.values(SECRETS), password])
        expect(place).not.toContain(secret)
    }
    expect(cron.text + ready.text + text).not.toContain('owner@account')
  },
)

test('`secretsOf` returns every secret of the configuration', async () => {
  const { config, url } = await startService({ env: SECRETS })
  const values = [
    ...Object.values(SECRETS),
    'test-api-token',
    'test-cron-secret',
    new URL(url).password,
  ]
  expect(secretsOf(config).sort()).toEqual(values.sort())
})

test('a secret is also removed in its JSON, URL and base64 form; short ones are kept', () => {
  const secret = 'p"ss w/rd+1'
  const scrub = createScrub([secret, 'abc', undefined])
  for (const text of [
    secret,
    JSON.stringify(secret),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ]) {
    const scrubbed = scrub(`<${text}>`)
    expect(scrubbed).toContain('[secret]')
    expect(scrubbed).not.toContain(text.replaceAll('"', ''))
  }
  expect(scrub('abc')).toBe('abc')
})
