import { expect, test } from 'vitest'
import { findBarriers, openPage, overflow } from '../../support/browser.ts'
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

test('who is not signed in reads nothing, starts nothing and changes nothing', async () => {
  const service = await startService()
  for (const path of pages) {
    const page = await call(service, path, { token: null, headers: html })
    expect(page.status, path).toBe(303)
    expect(page.headers.get('location')).toMatch(/^\/sign-in/)
    // The API's token is for the API.
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

test('the right token opens a session, in a cookie that only this site gets to see', async () => {
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

test('where browsers come by https the cookie goes by nothing else', async () => {
  const service = await startService({ env: { PUBLIC_URL: 'https://mail.example.com' } })

  const reply = await post(service, '/sign-in', { token: API_TOKEN })

  expect(reply.headers.get('set-cookie')).toMatch(/; Secure/)
})

test('a cookie that was made up, changed, or signed under another token opens nothing', async () => {
  const service = await startService()
  const other = await startService({ database: service, env: { API_TOKEN: 'another-token' } })
  const cookie = await signIn(service)
  const [name = '', value = ''] = cookie.split('=')
  const [id = '', signature = ''] = decodeURIComponent(value).split('.')
  const forged = [
    `${name}=`,
    `${name}=${id}`,
    `${name}=x${id.slice(1)}.${encodeURIComponent(signature)}`,
    `${name}=${id}.${'A'.repeat(43)}`,
    await signIn(other, 'another-token'),
  ]
  for (const odd of forged) {
    const reply = await call(service, '/', { token: null, headers: { cookie: odd } })
    expect(reply.status, odd).toBe(401)
  }
  expect((await call(service, '/', { token: null, headers: { cookie } })).status).toBe(200)
  expect((await call(other, '/', { token: null, headers: { cookie } })).status).toBe(401)
})

test('a form of another site does nothing, whoever is signed in', async () => {
  const service = await startService()
  const cookie = await signIn(service)
  const elsewhere: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    {},
  ]
  for (const headers of elsewhere) {
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

test('after ten wrong tokens further ones have to wait; the right one passes at any time', async () => {
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
  // One line for all that was wrong, one for whoever got in; none has a token in it.
  const told = log.filter(({ address }) => address !== undefined)
  expect(told.map(({ level, msg }) => [level, msg])).toEqual([
    [40, 'somebody tries to sign in with a wrong token'],
    [30, 'somebody signed in to the dashboard'],
  ])
  expect(JSON.stringify(log)).not.toContain(API_TOKEN)
})

test('after signing in one lands on this site only', async () => {
  const service = await startService()
  const places = ['//evil.example', '/\\evil.example', 'https://evil.example', '', '/a\nb', 'x']
  for (const next of places) {
    const reply = await post(service, '/sign-in', { token: API_TOKEN, next })
    expect(reply.headers.get('location'), next).toBe('/')
  }
})

test('a newcomer finds the token and the mailbox; wrong, right, and out again, by keyboard alone', async () => {
  const service = await startLocalService()
  const { page, complaints } = await openPage({ viewport: { width: 360, height: 700 } })
  await page.goto(`${service.app.url}/sending?days=7`)
  expect(await page.textContent('main')).toMatch(/API_TOKEN.*secrets\.json/s)
  expect(await page.getAttribute('main a', 'href')).toBe('/mailbox')
  expect(await findBarriers(page)).toEqual([])
  expect(await overflow(page)).toBe(0)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await findBarriers(page)).toEqual([])
  expect(complaints).toEqual([])

  await page.keyboard.type('not the token')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role="alert"]')
  expect(await page.textContent('[role="alert"]')).toBe('That is not the token.')
  expect(await findBarriers(page)).toEqual([])

  await page.keyboard.type(API_TOKEN)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/sending?days=7')
  await page.click('text=Sign out')
  await page.waitForURL('**/sign-in')
  await page.goto(`${service.app.url}/emails`)
  expect(new URL(page.url()).pathname).toBe('/sign-in')
})
