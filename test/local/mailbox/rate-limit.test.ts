import { describe, expect, it } from 'vitest'
import { createRateLimit } from '../../../src/local/mailbox/rate-limit.ts'
import { email, emails, openMailbox } from '../../support/open-mailbox.ts'

describe('the rate limit', () => {
  it('answers 429 to requests over the limit, with a retry-after', async () => {
    const { resend, mailbox } = await openMailbox({ rateLimit: 2, now: () => 1_700_000_000_000 })
    const first = await resend.emails.send(email)
    expect(first.headers).toMatchObject({
      'ratelimit-limit': '2',
      'ratelimit-remaining': '1',
      'ratelimit-reset': '1',
    })
    await resend.emails.send(email)
    const { error, headers } = await resend.emails.send(email)
    expect(error).toMatchObject({ statusCode: 429, name: 'rate_limit_exceeded' })
    expect(headers).toMatchObject({ 'ratelimit-remaining': '0', 'retry-after': '1' })
    expect(mailbox.stats()).toMatchObject({ accepted: 2, requests: 3, refused: 1 })
  })

  it('is 10 requests a second by default', async () => {
    const { resend } = await openMailbox({ rateLimit: undefined })
    expect((await resend.emails.send(email)).headers).toMatchObject({ 'ratelimit-limit': '10' })
  })

  it('counts a batch as one request', async () => {
    const { resend } = await openMailbox({ rateLimit: 1, now: () => 0 })
    expect((await resend.batch.send(emails(100))).error).toBeNull()
    expect((await resend.batch.send(emails(1))).error).toMatchObject({ statusCode: 429 })
  })

  it('is reported with refusals, too', async () => {
    const { resendWith, post } = await openMailbox({ rateLimit: 5 })
    const revoked = await resendWith('re_revoked').emails.send(email)
    expect(revoked.headers).toMatchObject({ 'ratelimit-limit': '5' })
    const invalid = await post('/emails', {})
    expect(invalid.headers.get('ratelimit-remaining')).toBe('4')
    const untyped = await post('/emails', 'x', { 'content-type': 'text/plain' })
    expect(untyped.headers.get('ratelimit-limit')).toBe('5')
  })

  it('counts a request from its arrival, not from when its body was read', () => {
    let time = 0
    const limit = createRateLimit(1, () => time)
    limit.admit()
    time = 1_030
    expect(limit.admit(time - 40).admitted).toBe(false)
    expect(limit.admit(time - 20).admitted).toBe(true)
  })

  it('applies to any period of a second, not to calendar seconds', () => {
    let time = 900
    const limit = createRateLimit(2, () => time)
    expect([limit.admit(), limit.admit()].every(({ admitted }) => admitted)).toBe(true)
    time = 1_899
    expect(limit.admit().admitted).toBe(false)
    time = 1_900
    expect(limit.admit().admitted).toBe(true)
  })
})
