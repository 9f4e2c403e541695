import { describe, expect, it } from 'vitest'
import { email, openMailbox } from '../../support/open-mailbox.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('sending one email', () => {
  it('accepts and stores it completely', async () => {
    const { resend, mailbox } = await openMailbox({ now: () => 1_700_000_000_000 })
    const headers = { 'List-Unsubscribe': '<https://tidings.test/u/1>' }
    const tags = [{ name: 'delivery_id', value: 'd-1' }]
    const { data, error } = await resend.emails.send({
      ...email,
      replyTo: 'team@host.test',
      headers,
      tags,
    })
    expect(error).toBeNull()
    expect(data?.id).toMatch(uuid)
    expect(mailbox.find(data?.id ?? '')).toEqual({
      ...email,
      id: data?.id,
      at: 1_700_000_000_000,
      endpoint: 'emails',
      key: null,
      to: ['ada@host.test'],
      cc: [],
      bcc: [],
      replyTo: ['team@host.test'],
      headers,
      tags,
      attachments: [],
      scheduledAt: null,
      lastEvent: 'sent',
    })
    expect(mailbox.emails()).toEqual([mailbox.find(data?.id ?? '')])
    expect(mailbox.count).toBe(1)
  })

  it('makes it available by its id', async () => {
    const { resend } = await openMailbox()
    const { data: sent } = await resend.emails.send(email)
    const { data } = await resend.emails.get(sent?.id ?? '')
    expect(data).toMatchObject({ id: sent?.id, to: [email.to], last_event: 'sent', cc: null })
    const { error } = await resend.emails.get('8f1f6c1e-0000-4000-8000-000000000000')
    expect(error).toEqual({ statusCode: 404, name: 'not_found', message: 'Email not found' })
  })

  it('calls listeners once for each accepted request', async () => {
    const { resend, mailbox } = await openMailbox()
    const heard: string[][] = []
    const stop = mailbox.onAccepted(accepted => heard.push(accepted.map(({ id }) => id)))
    const first = await resend.emails.send(email, { idempotencyKey: 'k' })
    await resend.emails.send(email, { idempotencyKey: 'k' })
    stop()
    await resend.emails.send(email)
    expect(heard).toEqual([[first.data?.id]])
  })

  it('keeps only the newest emails, but counts all', async () => {
    const { resend, mailbox } = await openMailbox({ keep: 2 })
    for (const subject of ['one', 'two', 'three']) await resend.emails.send({ ...email, subject })
    expect(mailbox.emails().map(({ subject }) => subject)).toEqual(['three', 'two'])
    expect(mailbox.count).toBe(3)
  })

  it.each([
    ['delivered@resend.dev', 'delivered'],
    ['bounced@resend.dev', 'bounced'],
    ['complained+label@resend.dev', 'complained'],
    ['Sue <Suppressed+a.b@Resend.dev>', 'suppressed'],
    ['bounced@example.test', 'sent'],
  ])('accepts %s and reports it as %s', async (to, event) => {
    const { resend, mailbox } = await openMailbox()
    const { data } = await resend.emails.send({ ...email, to })
    expect(mailbox.find(data?.id ?? '')?.lastEvent).toBe(event)
  })

  it('ignores fields that Resend does not have', async () => {
    const { post, mailbox } = await openMailbox()
    const response = await post('/emails', { ...email, replyTo: 'x@host.test', nonsense: 1 })
    expect(response.status).toBe(200)
    expect(mailbox.emails()[0]?.replyTo).toEqual([])
  })
})

describe('the key', () => {
  it('is required', async () => {
    const { post, mailbox } = await openMailbox()
    for (const authorization of ['', 'Bearer ', 'Basic re_test']) {
      const response = await post('/emails', email, { authorization })
      expect(response.status).toBe(401)
      expect(await response.json()).toEqual({
        statusCode: 401,
        name: 'missing_api_key',
        message: 'Missing API key in the authorization header.',
      })
    }
    expect(mailbox.count).toBe(0)
  })

  it('may be revoked', async () => {
    const { resendWith } = await openMailbox()
    const { error } = await resendWith('re_revoked').emails.send(email)
    expect(error).toEqual({
      statusCode: 403,
      name: 'invalid_api_key',
      message: 'API key is invalid.',
    })
  })

  it('may be restricted to sending', async () => {
    const { resendWith } = await openMailbox()
    const { data } = await resendWith('re_restricted').emails.send(email)
    const { error } = await resendWith('re_restricted').emails.get(data?.id ?? '')
    expect(error).toMatchObject({ statusCode: 401, name: 'restricted_api_key' })
  })
})

describe('an invalid body', () => {
  it.each([
    ['broken', '{"from":', 'application/json'],
    ['empty', '', 'application/json'],
    ['of another type', 'from=a', 'text/plain'],
  ])('is refused when it is %s', async (_name, body, type) => {
    const { post, mailbox } = await openMailbox()
    const response = await post('/emails', body, { 'content-type': type })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ statusCode: 400, name: 'validation_error' })
    expect(mailbox.count).toBe(0)
  })

  it('is answered in JSON, even for an unknown endpoint', async () => {
    const { post } = await openMailbox()
    const response = await post('/broadcasts', {})
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ statusCode: 404, name: 'not_found' })
  })
})

describe('validation', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => `u${n}@host.test`)
  const tag = (name: unknown, value: unknown) => ({ tags: [{ name, value }] })

  it.each<[string, object]>([
    ['no from', { from: undefined }],
    ['a from without an address', { from: 'Tidings' }],
    ['a from that has a line break', { from: 'Tidings\r\nBcc: x@host.test <a@host.test>' }],
    ['no to', { to: undefined }],
    ['an empty to', { to: [] }],
    ['a to without a domain', { to: 'ada' }],
    ['a to without a dot in its domain', { to: 'ada@host' }],
    ['a to with two addresses in it', { to: 'a@host.test, b@host.test' }],
    ['a to that is not a string', { to: [1] }],
    ['a to outside ASCII', { to: 'adä@host.test' }],
    ['a to with an overlong local part', { to: `${'a'.repeat(65)}@host.test` }],
    ['51 addresses', { to: many(51) }],
    ['an invalid cc', { cc: 'ada@' }],
    ['no subject', { subject: undefined }],
    ['a subject that has a line break', { subject: 'Hello\nBcc: x@host.test' }],
    ['a subject that is not a string', { subject: 7 }],
    ['neither html nor text', { html: undefined, text: '' }],
    ['headers in a list', { headers: [] }],
    ['a header that is not a string', { headers: { 'X-A': 1 } }],
    ['a header that has a line break', { headers: { 'X-A': 'a\r\nBcc: x@host.test' } }],
    ['a header with an invalid name', { headers: { 'X A': 'a' } }],
    ['76 tags', { tags: many(76).map((_, n) => ({ name: `t${n}`, value: 'v' })) }],
    ['a tag with a space', tag('user id', 'v')],
    ['a tag without a value', tag('n', '')],
    ['a tag longer than 256', tag('n', 'v'.repeat(257))],
    ['tags as an object', { tags: { name: 'value' } }],
    ['an attachment without content', { attachments: [{ filename: 'a.txt' }] }],
  ])('refuses %s', async (_name, change) => {
    const { post, mailbox } = await openMailbox()
    const response = await post('/emails', { ...email, ...change })
    expect(response.status).toBe(422)
    const body = await response.json()
    expect(body).toEqual({
      statusCode: 422,
      name: expect.stringMatching(/^(validation_error|missing_required_field|invalid_attachment)$/),
      message: expect.any(String),
    })
    expect(mailbox.count).toBe(0)
  })

  it.each<[string, object]>([
    ['50 addresses', { to: many(50) }],
    ['a bare from', { from: 'hello@tidings.test' }],
    ['a name with a comma and quotes', { to: '"Lovelace, Ada" <ada+x@mail.host.test>' }],
    ['a name outside ASCII', { to: 'Zoë 🎉 <zoe@host.test>' }],
    ['75 tags', { tags: many(75).map((_, n) => ({ name: `t${n}`, value: 'v'.repeat(256) })) }],
    ['only html', { text: undefined }],
    ['only text', { html: undefined }],
    ['an attachment', { attachments: [{ filename: 'a.txt', content: 'YQ==' }] }],
  ])('accepts %s', async (_name, change) => {
    const { post } = await openMailbox()
    expect((await post('/emails', { ...email, ...change })).status).toBe(200)
  })

  it('accepts a body of many megabytes', async () => {
    const { resend } = await openMailbox()
    const { error } = await resend.emails.send({ ...email, html: 'x'.repeat(20_000_000) })
    expect(error).toBeNull()
  })
})
