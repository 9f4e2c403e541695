import { expect, test } from 'vitest'
import type { Call } from '../../support/client.ts'
import { addUser } from '../../support/host.ts'
import { HTML, linkTo, open, startPages } from '../../support/links.ts'
import type { Service } from '../../support/service.ts'

const UNKNOWN_USER = '00000000-0000-4000-8000-000000000000'

/** Requests wrong links, alternating between both routes and methods. Resolves to the statuses. */
async function tryWrong(service: Service, times: number, headers: Record<string, string> = {}) {
  const requests: [string, Call][] = [
    ['/unsubscribe/wrong', {}],
    ['/unsubscribe/wrong', { method: 'POST' }],
    [`/preferences/${'x'.repeat(300)}`, {}],
    ['/preferences/wrong', { body: new URLSearchParams({ emails: 'on' }) }],
  ]
  const statuses: number[] = []
  for (let at = 0; at < times; at++) {
    const [path = '', request] = requests[at % requests.length] ?? []
    statuses.push((await open(service, path, { ...request, headers })).status)
  }
  return statuses
}

test('wrong links from one address are limited; valid ones and those of deleted users are not', async () => {
  const service = await startPages()
  const userId = await addUser(service.db)
  for (let at = 0; at < 25; at++) {
    expect((await open(service, linkTo('unsubscribe', UNKNOWN_USER))).status).toBe(404)
  }
  expect(await tryWrong(service, 22)).toEqual([...Array(20).fill(404), 429, 429])

  const refused = await open(service, '/preferences/wrong')
  expect(refused).toMatchObject({ status: 429, type: HTML })
  expect(refused.text).toContain('One moment, please')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)

  for (let at = 0; at < 30; at++) {
    const link = linkTo('unsubscribe', userId)
    expect((await open(service, link, { method: 'POST' })).status).toBe(200)
    expect((await open(service, linkTo('preferences', userId))).status).toBe(200)
  }
  expect((await open(service, linkTo('unsubscribe', UNKNOWN_USER))).status).toBe(404)
})

test('a client cannot evade the limit with X-Forwarded-For; a trusted proxy’s address counts', async () => {
  const alone = await startPages()
  await tryWrong(alone, 20)
  expect(await tryWrong(alone, 1, { 'x-forwarded-for': '192.0.2.1' })).toEqual([429])

  for (const TRUST_PROXY of ['127.0.0.1', '1']) {
    const behind = await startPages({ TRUST_PROXY })
    await tryWrong(behind, 20, { 'x-forwarded-for': '192.0.2.1' })
    expect(await tryWrong(behind, 1, { 'x-forwarded-for': '192.0.2.1' })).toEqual([429])
    // The client's own entry before the proxy's.
    expect(await tryWrong(behind, 1, { 'x-forwarded-for': '192.0.2.9, 192.0.2.1' })).toEqual([429])
    expect(await tryWrong(behind, 1, { 'x-forwarded-for': '192.0.2.2' })).toEqual([404])
  }
})

test('every page forbids scripts, frames, caching and the referrer', async () => {
  const service = await startPages()
  const userId = await addUser(service.db)
  const pages = [
    await open(service, linkTo('unsubscribe', userId)),
    await open(service, linkTo('unsubscribe', userId), { method: 'POST' }),
    await open(service, linkTo('preferences', userId)),
    await open(service, linkTo('preferences', userId), { method: 'POST' }),
    await open(service, '/unsubscribe/wrong'),
    await open(service, '/preferences/wrong/more'),
  ]
  for (const { headers } of pages) {
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("form-action 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).toMatch(/style-src 'sha256-[^']+';/)
    expect(policy).not.toMatch(/script-src|unsafe|https?:/)
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('set-cookie')).toBeNull()
  }
})
