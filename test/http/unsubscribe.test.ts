import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { userPrivacySettings } from '../../src/db/schema.ts'
import { signUnsubscribe } from '../../src/links/unsubscribe-token.ts'
import { addNotification, addUser } from '../setup/host.ts'
import { type Service, startService } from '../setup/service.ts'
import { type Call, call } from './client.ts'

const startPages = (env: Record<string, string> = {}) =>
  startService({ env: { ROLE: 'api', APP_NAME: 'Covers & <Friends>', ...env } })

const linkOf = (userId: string, secret = 'test-link-secret') =>
  `/unsubscribe/${signUnsubscribe([secret], userId)}`

const open = (service: Service, path: string, request: Call = {}) =>
  call(service, path, { token: null, ...request })

async function readSettings({ db }: Service, userId: string) {
  const [row] = await db
    .select()
    .from(userPrivacySettings)
    .where(eq(userPrivacySettings.userId, userId))
  return row
}

test('opening the link, or looking at its head, changes nothing and shows one button', async () => {
  const service = await startPages()
  const userId = await addUser(service.db)

  for (const method of ['GET', 'HEAD', 'GET']) {
    const reply = await open(service, linkOf(userId), { method })
    expect(reply).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
    if (method === 'HEAD') continue
    expect(reply.text.match(/<button/g)).toHaveLength(1)
    expect(reply.text).toMatch(/<form method="post">/)
    expect(reply.text).not.toMatch(/<script|<img|<link/)
    expect(reply.text).toContain('Covers &amp; &lt;Friends&gt;')
  }
  expect(await readSettings(service, userId)).toBeUndefined()
})

const multipart = new FormData()
multipart.set('List-Unsubscribe', 'One-Click')
const ways: [string, Call][] = [
  ['urlencoded', { body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) }],
  ['multipart', { body: multipart }],
  ['nothing', { method: 'POST' }],
  ['an empty form', { body: new URLSearchParams() }],
  ['JSON', { json: { 'List-Unsubscribe': 'One-Click' } }],
  ['empty JSON', { method: 'POST', headers: { 'content-type': 'application/json' } }],
  ['broken JSON', { body: '{', headers: { 'content-type': 'application/json' } }],
  ['an odd type', { body: 'x', headers: { 'content-type': 'x-y/z' } }],
]
test.for(ways)(
  'a post with %s switches emails off, at once and without a redirect',
  async ([, request]) => {
    const service = await startPages()
    const userId = await addUser(service.db)

    const reply = await open(service, linkOf(userId), request)

    expect(reply).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
    expect(reply.headers.get('location')).toBeNull()
    expect(await readSettings(service, userId)).toMatchObject({ notificationEmailsEnabled: false })
  },
)

test('posting again, or ten times at once, is as good as once', async () => {
  const service = await startPages()
  const userId = await addUser(service.db)
  const post = () => open(service, linkOf(userId), { method: 'POST' })

  const replies = await Promise.all(Array.from({ length: 10 }, post))
  replies.push(await post())

  expect(new Set(replies.map(reply => reply.status))).toEqual(new Set([200]))
  expect(await service.db.select().from(userPrivacySettings)).toHaveLength(1)
})

test('the other settings of a person stay as they are', async () => {
  const service = await startPages()
  const userId = await addUser(service.db, { emailsEnabled: true })
  const createdAt = new Date('2025-03-04T05:06:07Z')
  await service.db
    .update(userPrivacySettings)
    .set({ profileBio: 'I play the saw.', showStats: false, showEmail: true, createdAt })
  const before = await readSettings(service, userId)

  await open(service, linkOf(userId), { method: 'POST' })

  const after = await readSettings(service, userId)
  const updatedAt = after?.updatedAt
  expect(after).toEqual({ ...before, notificationEmailsEnabled: false, updatedAt })
  expect(after?.profileBio).toBe('I play the saw.')
  expect(updatedAt?.getTime()).toBeGreaterThan(createdAt.getTime())
})

test('the link of a real email works, and nothing is mailed afterwards', async () => {
  const service = await startService()
  const userId = await addUser(service.db)
  await addNotification(service.db, userId)
  await service.run()
  const [email] = service.mailbox.emails()
  const link = /^<(.+)>$/.exec(email?.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''

  expect((await open(service, new URL(link).pathname, { method: 'POST' })).status).toBe(200)

  await addNotification(service.db, userId)
  expect((await service.run()).counts).toMatchObject({ sent: 0, skipped: { opted_out: 1 } })
})

test('a link that we have not signed is a page with 404 and changes nothing', async () => {
  const service = await startPages()
  const userId = await addUser(service.db)
  const other = await addUser(service.db)
  const token = signUnsubscribe(['test-link-secret'], userId)
  const [, signature] = token.split('.')
  const [otherId] = signUnsubscribe(['test-link-secret'], other).split('.')
  const tokens = [
    'x',
    userId,
    token.slice(0, -1),
    `${token}A`,
    `${token.slice(0, -3)}AAA`,
    `${otherId}.${signature}`,
    signUnsubscribe(['another secret'], userId),
    signUnsubscribe(['test-link-secret'], randomUUID()),
  ]
  for (const wrong of tokens) {
    for (const method of ['GET', 'POST']) {
      // Somebody whom the application has deleted since is asked, and then told.
      if (method === 'GET' && wrong === tokens.at(-1)) continue
      const reply = await open(service, `/unsubscribe/${wrong}`, { method })
      expect(reply, wrong).toMatchObject({ status: 404, type: 'text/html; charset=utf-8' })
      expect(reply.text).not.toContain('<form')
    }
  }
  expect(await service.db.select().from(userPrivacySettings)).toEqual([])
})

test('after a rotation links of the old secret still work, until it is taken off the list', async () => {
  const userLink = (userId: string) => linkOf(userId, 'old-secret')
  const rotated = await startPages({ LINK_SECRET: 'new-secret, old-secret' })
  const userId = await addUser(rotated.db)

  expect((await open(rotated, userLink(userId), { method: 'POST' })).status).toBe(200)
  expect((await open(rotated, linkOf(userId, 'new-secret'), { method: 'POST' })).status).toBe(200)

  const later = await startPages({ LINK_SECRET: 'new-secret' })
  const other = await addUser(later.db)
  expect((await open(later, userLink(other), { method: 'POST' })).status).toBe(404)
})

test('every page forbids scripts, frames, caches and a referrer that would give the link away', async () => {
  const service = await startPages()
  const link = linkOf(await addUser(service.db))
  const pages = [
    await open(service, link),
    await open(service, link, { method: 'POST' }),
    await open(service, '/unsubscribe/wrong'),
  ]
  for (const { headers } of pages) {
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).not.toMatch(/script-src/)
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('set-cookie')).toBeNull()
  }
})
