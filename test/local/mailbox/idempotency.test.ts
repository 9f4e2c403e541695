import { describe, expect, it, vi } from 'vitest'
import { email, emails, openMailbox } from '../../support/open-mailbox.ts'

const hour = 60 * 60 * 1000

describe('an idempotency key', () => {
  it('replays the first answer for the same body, and accepts nothing new', async () => {
    const { resend, mailbox } = await openMailbox()
    const first = await resend.batch.send(emails(3), { idempotencyKey: 'k' })
    const second = await resend.batch.send(emails(3), { idempotencyKey: 'k' })
    expect(second.data).toEqual(first.data)
    expect(mailbox.stats()).toMatchObject({ accepted: 3, requests: 2, replayed: 1 })
  })

  it('keeps the errors of a permissive batch in its answer', async () => {
    const { resend } = await openMailbox()
    const options = { idempotencyKey: 'k', batchValidation: 'permissive' } as const
    const batch = [{ ...email, to: 'nobody' }, email]
    const first = await resend.batch.send(batch, options)
    expect(first.data?.errors).toHaveLength(1)
    expect((await resend.batch.send(batch, options)).data).toEqual(first.data)
  })

  it('is refused with another body', async () => {
    const { resend, mailbox } = await openMailbox()
    await resend.emails.send(email, { idempotencyKey: 'k' })
    const { error } = await resend.emails.send({ ...email, subject: 'x' }, { idempotencyKey: 'k' })
    expect(error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' })
    expect(mailbox.count).toBe(1)
  })

  it('is bound to the bytes of the body, not to its meaning', async () => {
    const { post } = await openMailbox()
    const headers = { 'idempotency-key': 'k' }
    await post('/emails', JSON.stringify(email), headers)
    const response = await post('/emails', JSON.stringify(email, null, 1), headers)
    expect(response.status).toBe(409)
  })

  it('is refused while its first request is in flight', async () => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFault({ kind: 'hang' })
    const client = new AbortController()
    const options = { idempotencyKey: 'k', signal: client.signal }
    const first = resend.emails.send(email, options)
    await vi.waitFor(() => expect(mailbox.stats().held).toBe(1))
    const { error } = await resend.emails.send(email, { idempotencyKey: 'k' })
    expect(error).toMatchObject({ statusCode: 409, name: 'concurrent_idempotent_requests' })
    client.abort()
    expect((await first).error).toMatchObject({ statusCode: null })
    await vi.waitFor(() => expect(mailbox.stats().held).toBe(0))
    expect((await resend.emails.send(email, { idempotencyKey: 'k' })).error).toBeNull()
  })

  it('belongs to its endpoint', async () => {
    const { resend, mailbox } = await openMailbox()
    await resend.emails.send(email, { idempotencyKey: 'k' })
    const { error } = await resend.batch.send([email], { idempotencyKey: 'k' })
    expect(error).toBeNull()
    expect(mailbox.count).toBe(2)
  })

  it('is kept for 24 hours', async () => {
    let time = 1_700_000_000_000
    const { resend, mailbox } = await openMailbox({ now: () => time })
    await resend.emails.send(email, { idempotencyKey: 'k' })
    time += 24 * hour - 1
    await resend.emails.send(email, { idempotencyKey: 'k' })
    expect(mailbox.count).toBe(1)
    time += 1
    await resend.emails.send(email, { idempotencyKey: 'k' })
    expect(mailbox.count).toBe(2)
  })

  it.each([
    ['0', 400],
    ['1', 200],
    ['256', 200],
    ['257', 400],
  ])('of %s characters is answered with %i', async (length, status) => {
    const { post } = await openMailbox()
    const response = await post('/emails', email, { 'idempotency-key': 'k'.repeat(Number(length)) })
    expect(response.status).toBe(status)
    if (status === 400) {
      expect(await response.json()).toMatchObject({ name: 'invalid_idempotency_key' })
    }
  })

  it('is not used up by a refusal', async () => {
    const { resend } = await openMailbox()
    const key = { idempotencyKey: 'k' }
    expect((await resend.emails.send({ ...email, to: 'nobody' }, key)).error).not.toBeNull()
    expect((await resend.emails.send(email, key)).error).toBeNull()
  })
})
