import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { userPrivacySettings, users } from '../../../src/db/schema.ts'
import type { Call } from '../../support/client.ts'
import { addNotification, addUser } from '../../support/host.ts'
import {
  HTML,
  linkTo,
  open,
  readRow,
  startPages,
  submit,
  wrongTokens,
} from '../../support/links.ts'
import { startService } from '../../support/service.ts'

const linkOf = (userId: string, secret?: string) => linkTo('unsubscribe', userId, secret)

test('GET and HEAD change nothing, and the page has one button', async () => {
  const service = await startPages()
  const userId = await addUser(service.db)

  for (const method of ['GET', 'HEAD', 'GET']) {
    const reply = await open(service, linkOf(userId), { method })
    expect(reply).toMatchObject({ status: 200, type: HTML })
    if (method === 'HEAD') {
      expect(reply.text).toBe('')
      continue
    }
    expect(reply.text.match(/<button/g)).toHaveLength(1)
    expect(reply.text).toMatch(/<form method="post">/)
    expect(reply.text).not.toMatch(/<script|<img|\son[a-z]+=|https?:\/\/(?!localhost)/)
    expect(reply.text).toContain('Covers &amp; &lt;Friends&gt;')
  }
  expect(await readRow(service, userId)).toBeUndefined()
})

const multipart = new FormData()
multipart.set('List-Unsubscribe', 'One-Click')
const bodies: [string, Call][] = [
  ['urlencoded', { body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) }],
  ['multipart', { body: multipart }],
  ['no body', { method: 'POST' }],
  ['an empty form', { body: new URLSearchParams() }],
  ['other fields', { body: new URLSearchParams({ emails: 'on' }) }],
  ['JSON', { json: { 'List-Unsubscribe': 'One-Click' } }],
  ['empty JSON', { method: 'POST', headers: { 'content-type': 'application/json' } }],
  ['broken JSON', { body: '{', headers: { 'content-type': 'application/json' } }],
  ['an unknown type', { body: 'x', headers: { 'content-type': 'x-y/z' } }],
  [
    'another site’s headers',
    { method: 'POST', headers: { cookie: 'a=b', origin: 'https://evil.test' } },
  ],
]
test('a POST with any body switches emails off at once, without a redirect', async () => {
  const service = await startPages()
  for (const [name, request] of bodies) {
    const userId = await addUser(service.db)

    const reply = await open(service, linkOf(userId), request)

    expect(reply, name).toMatchObject({ status: 200, type: HTML })
    expect(reply.text).toContain('You are unsubscribed')
    expect(reply.headers.get('location')).toBeNull()
    expect(reply.headers.get('set-cookie')).toBeNull()
    expect(await readRow(service, userId), name).toMatchObject({ notificationEmailsEnabled: false })
  }
})

test('the content type and the length of the body do not matter', async () => {
  const service = await startPages()
  const long = 'x'.repeat(3_000_000)
  const requests: [name: string, type: string[], body: string][] = [
    ['an empty type', [''], 'List-Unsubscribe=One-Click'],
    ['a word', ['form'], 'List-Unsubscribe=One-Click'],
    ['two types', ['application/x-www-form-urlencoded, text/plain'], 'List-Unsubscribe=One-Click'],
    ['two headers', ['text/plain', 'form'], 'x'],
    ['multipart without a boundary', ['multipart/form-data'], 'x'],
    ['a long form', ['application/x-www-form-urlencoded'], `padding=${long}`],
    ['long JSON', ['application/json'], long],
  ]
  for (const [name, type, body] of requests) {
    const userId = await addUser(service.db)
    const sent = request(service.app.url + linkOf(userId), { method: 'POST', agent: false })
    sent.setHeader('content-type', type)
    sent.end(body)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    expect(answer.statusCode, name).toBe(200)
    expect(await text(answer), name).toContain('You are unsubscribed')
    expect(await readRow(service, userId), name).toMatchObject({ notificationEmailsEnabled: false })
  }
})

test('a body that never ends is answered at once, and its connection is closed', async () => {
  // The timeout of a whole request would close it, too, but later.
  const service = await startService({ env: { ROLE: 'api' }, timing: { httpRequest: 600_000 } })
  const userId = await addUser(service.db)
  const { hostname, port } = new URL(service.app.url)
  const socket = connect(Number(port), hostname)
  const closed = new Promise(resolve => socket.once('close', resolve))
  socket.on('error', () => {})
  const part = `10000\r\n${'x'.repeat(65_536)}\r\n`
  socket.write(
    `POST ${linkOf(userId)} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${part}`,
  )

  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /)
  expect(await readRow(service, userId)).toMatchObject({ notificationEmailsEnabled: false })
  socket.resume().on('drain', () => socket.write(part))
  socket.write(part)
  await closed
})

test('characters that mail programs append to the link are ignored', async () => {
  const service = await startPages()
  const appended = [
    '/',
    '.',
    '>',
    ')',
    '%20',
    '%0A',
    ').',
    '>%20',
    './',
    '/.',
    '/%3E',
    '%2F',
    '%C2%A0',
  ]
  for (const trailing of appended) {
    const userId = await addUser(service.db)
    expect((await open(service, linkOf(userId) + trailing)).text, trailing).toContain(
      'Unsubscribe from',
    )
    const posted = await open(service, linkOf(userId) + trailing, { method: 'POST' })
    expect(posted.status, trailing).toBe(200)
    const [, undo = ''] = /action="([^"]+)"/.exec(posted.text) ?? []
    const { pathname } = new URL(undo, service.app.url + linkOf(userId) + trailing)
    expect(pathname, trailing).toBe(linkTo('preferences', userId))
    const preferences = linkTo('preferences', userId) + trailing
    expect((await open(service, preferences)).status, trailing).toBe(200)
    expect((await submit(service, preferences, { emails: 'on' })).status, trailing).toBe(303)
    expect(await readRow(service, userId)).toMatchObject({ notificationEmailsEnabled: true })
  }
})

test('ten concurrent POSTs equal one; the page then says so and offers an undo', async () => {
  const service = await startPages()
  const userId = await addUser(service.db)
  const post = () => open(service, linkOf(userId), { method: 'POST' })
  const replies = await Promise.all(Array.from({ length: 10 }, post))
  expect(new Set(replies.map(reply => reply.status))).toEqual(new Set([200]))
  expect(await service.db.select().from(userPrivacySettings)).toHaveLength(1)

  const { text } = await open(service, linkOf(userId))
  expect(text).toContain('You are unsubscribed')
  expect(text.match(/<button/g)).toHaveLength(1)
  const [, action = ''] = /action="([^"]+)"/.exec(text) ?? []
  const undo = new URL(action, service.app.url + linkOf(userId)).pathname
  expect(undo).toBe(linkTo('preferences', userId))

  const undone = await submit(service, undo, { emails: 'on' })
  expect(undone.status).toBe(303)
  expect(await readRow(service, userId)).toMatchObject({ notificationEmailsEnabled: true })
  expect((await open(service, linkOf(userId))).text).toContain('Unsubscribe from Covers')
})

test('the link of a sent email works, and the user gets no further emails', async () => {
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

test('an invalid link and a deleted user get the same 404 page, and nothing changes', async () => {
  const service = await startPages({ TRUST_PROXY: 'true' })
  const userId = await addUser(service.db)
  const deleted = await addUser(service.db)
  await service.db.delete(users).where(eq(users.userid, deleted))
  const links = wrongTokens('unsubscribe', userId).map(token => `/unsubscribe/${token}`)
  const pages = new Set<string>()
  for (const [index, path] of [
    linkOf(deleted),
    '/unsubscribe',
    '/unsubscribe/',
    ...links,
  ].entries()) {
    for (const method of ['GET', 'POST']) {
      const headers = { 'x-forwarded-for': `192.0.2.${index}` }
      const reply = await open(service, path, { method, headers })
      expect(reply, `${method} ${path}`).toMatchObject({ status: 404, type: HTML })
      expect(reply.text).not.toContain('<form')
      pages.add(reply.text)
    }
  }
  expect(pages.size).toBe(1)
  expect(await service.db.select().from(userPrivacySettings)).toEqual([])
})

test('links of an old secret work until the secret is removed', async () => {
  const userLink = (userId: string) => linkOf(userId, 'old-secret')
  const rotated = await startPages({ LINK_SECRET: 'new-secret, old-secret' })
  const userId = await addUser(rotated.db)

  expect((await open(rotated, userLink(userId), { method: 'POST' })).status).toBe(200)
  const again = await open(rotated, linkOf(userId, 'new-secret'), { method: 'POST' })
  expect(again.status).toBe(200)
  // The links on the page are signed with the new secret.
  expect(again.text).toContain(`..${linkTo('preferences', userId, 'new-secret')}"`)

  const later = await startPages({ LINK_SECRET: 'new-secret' })
  const other = await addUser(later.db)
  expect((await open(later, userLink(other), { method: 'POST' })).status).toBe(404)
})
