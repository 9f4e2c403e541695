import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { Resend } from 'resend'
import { expect, onTestFinished, test } from 'vitest'
import { startApp } from '../../../src/app/start-app.ts'
import { readConfig } from '../../../src/config/config.ts'
import { waitForRun } from '../../../src/core/runs/wait-for-run.ts'
import { createDatabase } from '../../support/database.ts'
import { faultsOf, strongSecrets } from '../../support/environment.ts'
import { addDueUsers } from '../../support/host.ts'
import { email } from '../../support/open-mailbox.ts'

const READ_TOKEN = 'read'.padEnd(32, '-')
const { API_TOKEN, CRON_SECRET } = strongSecrets

/** Starts a service with its own mailbox. */
async function start(env: Record<string, string> = {}) {
  const { url, db } = await createDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'tidings-access-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const config = readConfig({
    ...{ DATABASE_URL: url, PORT: '0', SCHEDULE: 'off', ...strongSecrets },
    ...{ PUBLIC_URL: 'https://mail.example.com:8443', ...env },
  })
  const app = await startApp(config, { directory, logger: pino({ level: 'silent' }) })
  onTestFinished(() => app.stop())
  return { app, db }
}

interface RequestOptions {
  method?: string
  host?: string
  headers?: Record<string, string>
  body?: string
}

/** Sends a request with a custom Host header, which `fetch` does not allow. */
async function send(
  url: string,
  { method = 'GET', host, headers = {}, body }: RequestOptions = {},
) {
  const sent = request(url, {
    method,
    agent: false,
    headers: { ...(host && { host }), ...headers },
  })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) }
}

const asJson = { 'content-type': 'application/json', authorization: 'Bearer re_test' }
const basic = (token: string) => `Basic ${Buffer.from(`me:${token}`).toString('base64')}`

test('a page of another host name reads nothing, even if the name resolves here (DNS rebinding)', async () => {
  const { app } = await start()
  const { port } = new URL(app.url)
  const at = (path: string) => `${app.url}/mailbox${path}`
  const sent = await send(at('/api/emails'), {
    ...{ method: 'POST', headers: asJson },
    body: JSON.stringify(email),
  })
  const { id } = JSON.parse(sent.text)
  const paths = ['', '/', `/${id}`, `/${id}/html`, '/assets/mailbox.css', '/nothing']
  const calls = ['/api/emails', `/api/emails/${id}`, '/api/domains', '/api/nothing']

  const foreign = ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '192.0.2.1']
  for (const name of [...foreign, 'localhost@evil.example', 'mail.example.com.evil', '0x7f.evil']) {
    for (const path of [...paths, ...calls]) {
      const answer = await send(at(path), { host: `${name}:${port}`, headers: asJson })
      expect(answer.status, `${name} ${path}`).toBe(403)
      expect(answer.text).not.toMatch(/Ada|ada@host/)
    }
  }
  const allowed = [
    'localhost',
    `localhost:${port}`,
    'LOCALHOST.',
    '127.0.0.1',
    '[::1]:1',
    'a.localhost',
  ]
  for (const host of [
    ...allowed,
    'mail.example.com',
    'mail.example.com:8443',
    'MAIL.example.com',
  ]) {
    for (const path of ['', `/${id}`]) {
      expect((await send(at(path), { host })).status, host).toBe(200)
    }
    expect((await send(at('/api/domains'), { host, headers: asJson })).status, host).toBe(200)
  }
})

test('a page of another site cannot post anything', async () => {
  const { app } = await start()
  const body = JSON.stringify(email)
  const post = (origin: string) =>
    send(`${app.url}/mailbox/api/emails`, {
      ...{ method: 'POST', body },
      headers: { ...asJson, origin },
    })
  for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example', '']) {
    expect((await post(origin)).status, origin).toBe(403)
  }
  expect(app.mailbox?.example()).toBeNull()
  for (const origin of ['http://localhost:1', 'https://mail.example.com']) {
    expect((await post(origin)).status, origin).toBe(200)
  }
})

test('in production the local mailbox requires the token, and still accepts emails', async () => {
  const { app, db } = await start({ NODE_ENV: 'production', LOCAL_MAILBOX: 'true', READ_TOKEN })
  await addDueUsers(db, 3)
  const run = await app.runs.start({ type: 'all', trigger: 'http' })
  await waitForRun(app.runs, run.id, { every: 20 })
  const example = app.mailbox?.example() ?? ''
  expect(example).not.toBe('')

  for (const url of [`${app.url}/mailbox`, example, `${example}/html`]) {
    for (const given of [undefined, basic('wrong'), basic(CRON_SECRET), 'Bearer re_local', 'x']) {
      const answer = await send(url, { headers: given ? { authorization: given } : {} })
      expect(answer.status, given).toBe(401)
      expect(answer.headers['www-authenticate']).toMatch(/^Basic /)
      expect(answer.text).not.toContain('@')
    }
    for (const given of [basic(API_TOKEN), basic(READ_TOKEN), `Bearer ${API_TOKEN}`]) {
      expect((await send(url, { headers: { authorization: given } })).status).toBe(200)
    }
  }
  const sendWith = (key: string) =>
    new Resend(key, { baseUrl: `${app.url}/mailbox/api` }).emails.send(email)
  for (const key of ['re_local', READ_TOKEN]) {
    expect((await sendWith(key)).error).toMatchObject({ statusCode: 401, name: 'missing_api_key' })
  }
  expect((await sendWith(API_TOKEN)).error).toBeNull()
})

test('production needs a provider key, unless nothing is sent or LOCAL_MAILBOX is set', async () => {
  const production = { NODE_ENV: 'production', ...strongSecrets }
  expect(faultsOf(production)).toEqual([
    'RESEND_API_KEY is missing; LOCAL_MAILBOX=true keeps every email in a local mailbox',
  ])
  for (const env of [{ LOCAL_MAILBOX: 'true' }, { ROLE: 'api' }, { SHADOW: 'true' }]) {
    expect(faultsOf({ ...production, ...env })).toEqual([])
  }
  // A command such as `migrate` needs no provider.
  expect(readConfig(production, { sends: false }).localMailbox).toBe(false)
  const mail = { RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@example.com' }
  expect(faultsOf({ ...production, ...mail })).toEqual([])
  expect(faultsOf({ ...production, ...mail, LOCAL_MAILBOX: 'true' })).toEqual([
    expect.stringMatching(/^LOCAL_MAILBOX has no effect with RESEND_API_KEY/),
  ])
  for (const [name, value] of Object.entries({ ROLE: 'api', SHADOW: 'true' })) {
    const { app } = await start({ NODE_ENV: 'production', [name]: value })
    expect(app.mailbox).toBeNull()
    expect((await send(`${app.url}/mailbox`)).status).toBe(404)
  }
})
