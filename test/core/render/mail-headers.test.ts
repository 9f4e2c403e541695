import { describe, expect, test } from 'vitest'
import {
  feedbackSender,
  type MailHeadersInput,
  mailHeaders,
} from '../../../src/core/render/mail-headers.ts'

const input: MailHeadersInput = {
  appName: 'EPTSS',
  appUrl: 'https://songs.example:8443/app',
  unsubscribeUrl: 'https://mail.songs.example/unsubscribe/dG9rZW4.c2ln',
  emailType: 'new_notifications',
  feedbackSender: 'songs.example',
  deliveryId: '5f1f3c2e-6f0a-4b57-9d53-1f0c7a2f9b10',
}
const listId = (changes: Partial<MailHeadersInput>) =>
  mailHeaders({ ...input, ...changes })['List-Id']

test('an email has the headers that mailbox providers require', () => {
  expect(mailHeaders(input)).toEqual({
    'List-Unsubscribe': '<https://mail.songs.example/unsubscribe/dG9rZW4.c2ln>',
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'List-Id': '"EPTSS" <notifications.songs.example>',
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
    'Feedback-ID': 'new_notifications:songs.example',
    'X-Entity-Ref-ID': '5f1f3c2e-6f0a-4b57-9d53-1f0c7a2f9b10',
  })
})

describe('hostile input', () => {
  const names = ['Evil\r\nBcc: a@b.example', '"><x>\\', '\u202eabc\0', 'é'.repeat(9999), '', '音楽']

  test.each(names)('every value stays one line of printable ASCII: %j', appName => {
    const headers = mailHeaders({
      ...input,
      appName,
      unsubscribeUrl: 'https://x.example/a\r\nBcc:b>,<c',
      deliveryId: 'id\r\nBcc: c',
    })
    for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]{1,200}$/)
    expect(headers['List-Id']).toMatch(/^"[^"\\<>]+" <notifications\.songs\.example>$/)
    expect(headers['List-Unsubscribe']).toMatch(/^<[^<>\s]+>$/)
  })

  test('an invalid URL is refused', () => {
    expect(() => mailHeaders({ ...input, unsubscribeUrl: 'unsubscribe me' })).toThrow()
  })
})

describe('the list id', () => {
  test('an accented name keeps its letters; a name in another script becomes a general word', () => {
    expect(listId({ appName: 'Café Ünal' })).toBe('"Cafe Unal" <notifications.songs.example>')
    expect(listId({ appName: '音楽' })).toBe('"Notifications" <notifications.songs.example>')
  })

  test('the host can be an international name, a local name or an IP address', () => {
    expect(listId({ appUrl: 'https://müsik.example' })).toContain('notifications.xn--')
    expect(listId({ appUrl: 'http://localhost:3000' })).toContain('<notifications.localhost>')
    expect(listId({ appUrl: 'http://[::1]:3000' })).toMatch(/<notifications\.[a-z0-9.-]+>$/)
  })
})

test('automatic replies are suppressed, bounces are not', () => {
  // MS-OXCMAIL: `All` and `NDR` include non-delivery reports.
  const suppressed = mailHeaders(input)['X-Auto-Response-Suppress']?.split(', ')
  expect(suppressed).not.toEqual(expect.arrayContaining(['All']))
  expect(suppressed).not.toEqual(expect.arrayContaining(['NDR']))
})

test('the sender of the feedback id is its domain in 5 to 15 characters', () => {
  expect(feedbackSender('Hello@Songs.Example')).toBe('songs.example')
  const domains = [
    'a.io',
    'b.io',
    `${'x'.repeat(60)}.example`,
    'notifications.example',
    'notify.example.com',
  ]
  const senders = domains.map(domain => feedbackSender(`hello@${domain}`))
  for (const sender of senders) expect(sender).toMatch(/^[a-z0-9.-]{5,15}$/)
  expect(new Set(senders).size).toBe(domains.length)
})

test('only the unsubscribe link and the delivery id differ between recipients', () => {
  const { 'List-Unsubscribe': _link, 'X-Entity-Ref-ID': _id, ...shared } = mailHeaders(input)
  const other = mailHeaders({ ...input, unsubscribeUrl: 'https://o.example', deliveryId: 'x' })
  expect(other).toMatchObject(shared)
})
