import { expect, test } from 'vitest'
import { findAccessibilityViolations, openPage, overflow } from '../../support/browser.ts'
import { call } from '../../support/client.ts'
import { startLocalService } from '../../support/local-service.ts'
import { type LogLine, logTo } from '../../support/log.ts'
import { API_TOKEN, startService } from '../../support/service.ts'
import { fromOurPage, type Reachable, signIn } from '../../support/signed-in.ts'

const html = { accept: 'text/html' }
const pages = ['/', '/runs', '/emails', '/people', '/sending', '/runs/x', '/emails/x', '/people/x']

const post = (
  service: Reachable,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = fromOurPage,
) => call(service, path, { token: null, body: new URLSearchParams(fields), headers })

test('without a session nothing can be read, started or changed', async () => {
  const service = await startService()
  for (const path of pages) {
    const page = await call(service, path, { token: null, headers: html })
    expect(page.status, path).toBe(303)
    expect(page.headers.get('location')).toMatch(/^\/sign-in/)
    // A bearer token does not open a page.
    expect((await call(service, path)).status, path).toBe(401)
  }
  for (const path of ['/live', '/runs/x/live']) {
    expect((await call(service, path, { token: null })).status, path).toBe(401)
  }
  for (const path of ['/runs', '/lane/resume', '/people/x/emails', '/people/x/settings']) {
    const reply = await post(service, path, { type: 'all', dryRun: 'no' })
    expect(reply.status, path).toBe(401)
  }
  expect((await service.app.runs.list(1)).runs).toEqual([])
})

test('the right token opens a session, with a strict HttpOnly cookie', async () => {
  const service = await startService()

  const reply = await post(service, '/sign-in', { token: API_TOKEN, next: '/people?q=a' })

  expect(reply.status).toBe(303)
  expect(reply.headers.get('location')).toBe('/people?q=a')
  const cookie = reply.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/; HttpOnly/)
  expect(cookie).toMatch(/; SameSite=Strict/)
  expect(cookie).toMatch(/; Path=\//)
  expect(cookie).toMatch(/; Max-Age=43200/)
  expect(cookie).not.toMatch(/Secure/)
  expect(cookie).not.toContain(API_TOKEN)
  const headers = { ...html, cookie: cookie.split(';')[0] ?? '' }
  const page = await call(service, '/', { token: null, headers })
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).not.toContain('unsafe')
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect(page.text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?! src)/i)
})

test('with an https PUBLIC_URL the cookie is Secure', async () => {
  const service = await startService({ env: { PUBLIC_URL: 'https://mail.example.com' } })

  const reply = await post(service, '/sign-in', { token: API_TOKEN })

  expect(reply.headers.get('set-cookie')).toMatch(/; Secure/)
})

test('a cookie that is forged, changed or signed with another token is not accepted', async () => {
  const service = await startService()
  const other = await startService({ database: service, env: { API_TOKEN: 'another-token' } })
  const cookie = await signIn(service)
  const [name = '', value = ''] = cookie.split('=')
  const [id = '', signature = ''] = decodeURIComponent(value).split('.')
  const forged = [
    `${name}=`,
    `${name}=${id}`,
    `${name}=${id.startsWith('x') ? 'y' : 'x'}${id.slice(1)}.${encodeURIComponent(signature)}`,
    `${name}=${id}.${'A'.repeat(43)}`,
    await signIn(other, 'another-token'),
  ]
  for (const invalid of forged) {
    const reply = await call(service, '/', { token: null, headers: { cookie: invalid } })
    expect(reply.status, invalid).toBe(401)
  }
  expect((await call(service, '/', { token: null, headers: { cookie } })).status).toBe(200)
  expect((await call(other, '/', { token: null, headers: { cookie } })).status).toBe(401)
})

test('a form from another site is refused, with or without a session', async () => {
  const service = await startService()
  const cookie = await signIn(service)
  const otherSites: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    {},
  ]
  for (const headers of otherSites) {
    const reply = await post(
      service,
      '/runs',
      { type: 'all', dryRun: 'no' },
      { ...headers, cookie },
    )
    expect(reply.status, JSON.stringify(headers)).toBe(403)
    expect((await post(service, '/sign-in', { token: API_TOKEN }, headers)).status).toBe(403)
  }
  expect((await service.app.runs.list(1)).runs).toEqual([])
  const own = { origin: service.app.url, cookie }
  expect((await post(service, '/runs', { type: 'all' }, own)).status).toBe(303)
})

test('after ten wrong tokens further ones are refused; the right one always passes', async () => {
  const log: LogLine[] = []
  const service = await startService({ env: { ROLE: 'api' }, logger: logTo(log) })
  const tryOne = (token: string) => post(service, '/sign-in', { token })

  const replies = await Promise.all(Array.from({ length: 25 }, (_, at) => tryOne(`wrong ${at}`)))

  expect(replies.filter(({ status }) => status === 401)).toHaveLength(10)
  const refused = replies.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(15)
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(60)
  expect(refused[0]?.text).toContain('Too many wrong tokens')
  expect((await tryOne(API_TOKEN)).status).toBe(303)
  expect((await tryOne('wrong')).status).toBe(429)
  // One line for the wrong tokens, one for the sign-in; neither contains a token.
  const logged = log.filter(({ address }) => address !== undefined)
  expect(logged.map(({ level, msg }) => [level, msg])).toEqual([
    [40, 'Dashboard sign-in with a wrong token'],
    [30, 'Dashboard sign-in'],
  ])
  expect(JSON.stringify(log)).not.toContain(API_TOKEN)
})

test('a sign-in redirects only to this site', async () => {
  const service = await startService()
  const targets = ['//evil.example', '/\\evil.example', 'https://evil.example', '', '/a\nb', 'x']
  for (const next of targets) {
    const reply = await post(service, '/sign-in', { token: API_TOKEN, next })
    expect(reply.headers.get('location'), next).toBe('/')
  }
})

test('the sign-in page explains the token and links to the mailbox; it works by keyboard alone', async () => {
  const service = await startLocalService()
  const { page, complaints } = await openPage({ viewport: { width: 360, height: 700 } })
  await page.goto(`${service.app.url}/sending?days=7`)
  expect(await page.textContent('main')).toMatch(/API_TOKEN.*secrets\.json/s)
  expect(await page.getAttribute('main a', 'href')).toBe('/mailbox')
  expect(await findAccessibilityViolations(page)).toEqual([])
  expect(await overflow(page)).toBe(0)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await findAccessibilityViolations(page)).toEqual([])
  expect(complaints).toEqual([])

  await page.waitForSelector('input:focus')
  await page.keyboard.type('not the token')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role="alert"]')
  expect(await page.textContent('[role="alert"]')).toBe('Wrong token.')
  expect(await findAccessibilityViolations(page)).toEqual([])

  await page.waitForSelector('input:focus')
  await page.keyboard.type(API_TOKEN)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/sending?days=7')
  await page.click('text=Sign out')
  await page.waitForURL('**/sign-in')
  await page.goto(`${service.app.url}/emails`)
  expect(new URL(page.url()).pathname).toBe('/sign-in')
})
