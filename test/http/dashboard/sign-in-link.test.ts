import { request as httpRequest } from 'node:http'
import { dirname } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { localSignInLinks } from '../../../src/app/local-sign-in-links.ts'
import { type App, startApp } from '../../../src/app/start-app.ts'
import { createLoggerTo } from '../../../src/cli/logger.ts'
import { readConfig } from '../../../src/config/config.ts'
import { createSignInLinks } from '../../../src/http/dashboard/sign-in-links.ts'
import { findAccessibilityViolations, openPage } from '../../support/browser.ts'
import { clusterFolder } from '../../support/cluster-folder.ts'
import { API_TOKEN, CRON_SECRET, startService } from '../../support/service.ts'
import { fromOurPage } from '../../support/signed-in.ts'

const secrets = { API_TOKEN, CRON_SECRET, LINK_SECRET: 'test-link-secret' }
const local = (env: Record<string, string> = {}) =>
  readConfig({ ...secrets, PORT: '0', SCHEDULE: 'off', ...env })

afterEach(() => vi.restoreAllMocks())

/** Starts the service on an embedded PostgreSQL, as the demo does; two may share a folder. */
async function startLocal(directory?: string) {
  const folder = directory ?? dirname(await clusterFolder())
  let log = ''
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log += chunk
      done()
    },
  })
  const app = await startApp(local(), {
    directory: folder,
    logger: createLoggerTo(destination, 'trace'),
    signInLinks: true,
  })
  onTestFinished(() => app.stop())
  return { app, folder, readLog: () => log }
}

function linkOf(app: App): URL {
  const link = app.signInLink()
  if (!link) throw new Error('there is no link')
  return new URL(link)
}

/** Sends what the link's page sends when it becomes visible. */
function follow(link: URL, headers: Record<string, string> = fromOurPage): Promise<Response> {
  const body = new URLSearchParams({ code: link.searchParams.get('code') ?? '' })
  const to = new URL(link.pathname, link)
  return fetch(to, { method: 'POST', redirect: 'manual', headers, body })
}

/** Posts with a different Host header, which fetch does not allow. Resolves to the status. */
function postAs(link: URL, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      new URL(link.pathname, link),
      {
        method: 'POST',
        headers: {
          ...fromOurPage,
          'content-type': 'application/x-www-form-urlencoded',
          ...headers,
        },
      },
      reply => {
        reply.resume()
        resolve(reply.statusCode)
      },
    )
    request.on('error', reject)
    request.end(`code=${link.searchParams.get('code')}`)
  })
}

test('only the latest code works, once, until it expires; a wrong one has no effect', () => {
  let now = 0
  const links = createSignInLinks(() => now)
  const codeOf = (path: string) => new URLSearchParams(path.split('?')[1]).get('code') ?? ''

  const first = codeOf(links.create())
  expect(first).toMatch(/^[\w-]{22}$/)
  for (const wrong of ['', 'x', `${first}x`, first.toLowerCase(), first.slice(1)]) {
    expect(links.redeem(wrong)).toBe(false)
  }
  now = 10 * 60_000 - 1
  expect(links.redeem(first)).toBe(true)
  expect(links.redeem(first)).toBe(false)

  const late = codeOf(links.create())
  now += 10 * 60_000
  expect(links.redeem(late)).toBe(false)
  now -= 1
  expect(links.redeem(late)).toBe(false)

  const old = codeOf(links.create())
  const newest = codeOf(links.create())
  expect(links.redeem(old)).toBe(false)
  expect(links.redeem(newest)).toBe(true)
})

const strongSecrets = Object.fromEntries(
  ['API_TOKEN', 'CRON_SECRET', 'LINK_SECRET'].map(name => [name, name.padEnd(32, '.')]),
)

test.each<[string, Record<string, string>]>([
  ['in production', { NODE_ENV: 'production', LOCAL_MAILBOX: 'true', ...strongSecrets }],
  ['with DATABASE_URL', { DATABASE_URL: 'postgres://u@127.0.0.1/x' }],
  ['with RESEND_API_KEY', { RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@example.com' }],
  ['if other machines can reach the service', { HOST: '0.0.0.0' }],
])('there are no sign-in links %s', (_where, env) => {
  expect(localSignInLinks(local(env))).toBeUndefined()
  expect(localSignInLinks(local())).toBeDefined()
})

test('without sign-in links the page does not exist', async () => {
  const { app } = await startService()
  expect(app.signInLink()).toBeNull()
  const reply = await fetch(`${app.url}/sign-in/link?code=x`, { redirect: 'manual' })
  expect(reply.status).toBe(404)
})

test('a link signs in once, from this machine, in its own process; a GET does not use it up', async () => {
  const { app, folder, readLog } = await startLocal()
  const other = await startLocal(folder)
  const link = linkOf(app)
  const otherProcess = new URL(`${link.pathname}${link.search}`, other.app.url)

  for (const method of ['GET', 'HEAD', 'GET']) {
    const page = await fetch(link, { method })
    expect(page.status).toBe(200)
    expect(page.headers.get('set-cookie')).toBeNull()
    expect(page.headers.get('cache-control')).toBe('no-store')
  }
  expect((await follow(otherProcess)).status).toBe(401)
  const crossSite: Record<string, string>[] = [
    {},
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
  ]
  for (const headers of crossSite) {
    expect((await follow(link, headers)).status).toBe(403)
  }
  expect(await postAs(link, { host: 'evil.example' })).toBe(403)
  expect(await postAs(link, { 'x-forwarded-for': '203.0.113.7' })).toBe(403)

  const replies = await Promise.all([follow(link), follow(link), follow(link)])
  expect(replies.map(({ status }) => status).sort()).toEqual([303, 401, 401])
  const opened = replies.find(({ status }) => status === 303)
  expect(opened?.headers.get('location')).toBe('/')
  const cookie = opened?.headers.get('set-cookie')?.split(';')[0] ?? ''
  const html = { accept: 'text/html', cookie }
  expect((await fetch(app.url, { headers: html, redirect: 'manual' })).status).toBe(200)
  expect((await follow(link)).status).toBe(401)

  const late = linkOf(app)
  const now = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => now + 10 * 60_000)
  const refused = await follow(late)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('set-cookie')).toBeNull()
  expect(await refused.text()).toContain('has expired')

  await app.stop()
  expect(readLog()).toContain('/sign-in/link')
  for (const one of [link, late]) {
    expect(readLog()).not.toContain(one.searchParams.get('code'))
  }
})

test('a link signs a browser in by itself, without JavaScript by its button', async () => {
  const { app } = await startLocal()
  const { page, complaints } = await openPage()
  await page.goto(linkOf(app).href)
  await page.waitForURL(`${app.url}/`)
  expect(await page.textContent('header')).toContain('Sign out')
  expect(complaints).toEqual([])

  const plain = await openPage({ javaScriptEnabled: false })
  await plain.page.goto(linkOf(app).href)
  await plain.page.click('button')
  await plain.page.waitForURL(`${app.url}/`)

  // Without the script the page does not submit itself.
  const still = await openPage()
  await still.page.route('**/assets/dashboard.js*', route => route.abort())
  await still.page.goto(linkOf(app).href)
  expect(await findAccessibilityViolations(still.page)).toEqual([])
})
