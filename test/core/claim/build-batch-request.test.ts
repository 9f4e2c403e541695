import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { unpackBody } from '../../../src/core/claim/body.ts'
import {
  createBatchRequestBuilder,
  type DueUser,
} from '../../../src/core/claim/build-batch-request.ts'
import type { Digest, Renderer } from '../../../src/core/render/digest.ts'
import { HtmlChunks } from '../../../src/core/render/html-chunks.ts'

const buildBatchRequest = createBatchRequestBuilder()
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const sender = {
  from: 'EPTSS <mail@songs.example>',
  feedbackSender: 'songs.example',
  appName: 'EPTSS',
  appUrl: 'https://songs.example',
  links: {},
  brand: {},
  defaultLocale: 'en',
  unsubscribeUrl: (userId: string) => `https://mail.songs.example/unsubscribe/${userId}`,
  preferencesUrl: (userId: string) => `https://mail.songs.example/preferences/${userId}`,
}
const created = new Date('2026-03-29T01:30:00Z')

function user(name: string, notifications = 1): DueUser {
  const notificationIds = Array.from({ length: notifications }, () => randomUUID())
  const items = notificationIds.slice(0, 5).map(id => ({
    id,
    type: 'comment_received',
    title: `for ${name}`,
    message: '',
    metadata: null,
    createdAt: created,
  }))
  const address = `${name.toLowerCase()}@example.com`
  const userId = randomUUID()
  return { userId, address, name, locale: null, notificationIds, items, oldestAt: created }
}

/** Renders a digest as JSON, and fails for a recipient named `Broken`. */
const renderer: Renderer = {
  render(digest) {
    if (digest.recipientName === 'Broken') throw new Error('no such template')
    return {
      subject: digest.recipientName,
      html: new HtmlChunks([JSON.stringify(digest)]),
      text: 'text',
    }
  },
}

interface WireEmail {
  from: string
  to: string[]
  subject: string
  html: string
  headers: Record<string, string>
  tags: { name: string; value: string }[]
}
const emailsIn = (body: Uint8Array | null) =>
  JSON.parse(body ? String(unpackBody(body)) : '[]') as WireEmail[]
const build = async (users: DueUser[], type: Digest['emailType'] = 'new_notifications') => {
  const { deliveries, body } = await buildBatchRequest(renderer, sender, type, users)
  return { deliveries, body, emails: emailsIn(body) }
}

test('every user gets a delivery and an email at its position', async () => {
  const users = [user('Ana'), user('Ben'), user('Cleo')]
  const { deliveries, emails } = await build(users)
  expect(deliveries.map(({ person, position, error }) => [person, position, error])).toEqual(
    users.map((one, index) => [one, index, null]),
  )
  expect(new Set(deliveries.map(({ id }) => id)).size).toBe(3)
  expect(emails.map(({ to }) => to)).toEqual(users.map(({ address }) => [address]))
})

test('every email has the reply address, if there is one', async () => {
  const withReplies = { ...sender, replyTo: 'Help <help@songs.example>' }
  const users = [user('Ana'), user('Ben')]
  const { body } = await buildBatchRequest(renderer, withReplies, 'new_notifications', users)
  expect(emailsIn(body)).toMatchObject(users.map(() => ({ reply_to: 'Help <help@songs.example>' })))
  expect((await build(users)).emails[0]).not.toHaveProperty('reply_to')
})

test('the tags of an email contain its delivery id and its type', async () => {
  const { deliveries, emails } = await build([user('Ana'), user('Ben')], 'outstanding_reminder')
  expect(emails.map(({ tags }) => tags)).toEqual(
    deliveries.map(({ id }) => [
      { name: 'delivery_id', value: expect.stringMatching(UUID) && id },
      { name: 'email_type', value: 'outstanding_reminder' },
    ]),
  )
})

test('the digest counts every notification and shows the given items', async () => {
  const { emails } = await build([user('Ana', 12)])
  const digest = JSON.parse(emails[0]?.html ?? '{}') as Digest
  expect(digest).toMatchObject({ emailType: 'new_notifications', total: 12, appName: 'EPTSS' })
  expect(digest.items).toHaveLength(5)
  expect(digest.oldestAt).toBe(created.toISOString())
})

describe('an email that cannot be rendered', () => {
  test('does not affect the other emails and their positions', async () => {
    const users = [user('Ana'), user('Broken'), user('Cleo')]
    const { deliveries, emails } = await build(users)
    expect(deliveries.map(({ position, error }) => [position, error])).toEqual([
      [0, null],
      [null, 'render: no such template'],
      [1, null],
    ])
    expect(emails.map(({ subject }) => subject)).toEqual(['Ana', 'Cleo'])
  })

  test('yields no request if it is the only one', async () => {
    const { deliveries, body } = await build([user('Broken')])
    expect(body).toBeNull()
    expect(deliveries).toMatchObject([{ position: null, error: 'render: no such template' }])
  })

  test('can also be one with an invalid link', async () => {
    const invalid = { ...sender, unsubscribeUrl: () => 'not a url' }
    const { deliveries } = await buildBatchRequest(renderer, invalid, 'new_notifications', [
      user('Ana'),
    ])
    expect(deliveries[0]?.error).toMatch(/^render: /)
  })
})

test('without due users there is no request', async () => {
  expect(await build([])).toMatchObject({ deliveries: [], body: null })
})

describe('hostile texts', async () => {
  const evil = { ...user('Eve\r\nBcc: victim@example.org'), address: 'eve@example.com' }
  const hostile = { ...sender, appName: 'EPTSS\r\nBcc: victim@example.org' }
  const { body } = await buildBatchRequest(renderer, hostile, 'new_notifications', [evil])
  const [email] = emailsIn(body)

  test('put no line break into a header', () => {
    const headers = Object.entries(email?.headers ?? {})
    expect(headers.length).toBeGreaterThan(0)
    for (const [name, value] of headers) expect(`${name}: ${value}`).toMatch(/^[\x20-\x7e]+$/)
  })

  test('do not change the recipients', () => {
    expect(email?.to).toEqual(['eve@example.com'])
    expect(email).not.toHaveProperty('cc')
    expect(email).not.toHaveProperty('bcc')
  })
})

test('an address appears only in `to`', async () => {
  const { emails } = await build([user('Ana'), user('Ben')])
  for (const { to, ...rest } of emails) {
    expect(to).toEqual([expect.stringMatching(/^(ana|ben)@example\.com$/)])
    expect(JSON.stringify(rest)).not.toMatch(/(ana|ben)@example\.com/i)
  }
})
