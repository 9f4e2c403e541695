import { describe, expect, it, vi } from 'vitest'
import type { Fault } from '../../../src/local/mailbox/faults.ts'
import { email, emails, openMailbox } from '../../support/open-mailbox.ts'

const opaque = { name: 'application_error', statusCode: null, message: expect.any(String) }
const key = { idempotencyKey: 'k' }

describe('a connection that breaks', () => {
  it.each<[Fault['kind'], number]>([
    ['refuse', 0],
    ['reset-before', 0],
    ['reset-after', 1],
    ['truncated', 1],
    ['broken-json', 1],
  ])('by %s is opaque to the SDK, with %i accepted', async (kind, accepted) => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFault({ kind } as Fault)
    expect(await resend.emails.send(email, key)).toEqual({
      data: null,
      error: opaque,
      headers: null,
    })
    expect(mailbox.count).toBe(accepted)
    const replay = await resend.emails.send(email, key)
    expect(replay.data?.id).toBe(mailbox.emails()[0]?.id)
    expect(mailbox.stats()).toMatchObject({ accepted: 1, requests: 2, replayed: accepted })
  })
})

describe('a 500', () => {
  it.each<[Fault['kind'], number]>([
    ['500-before', 0],
    ['500-after', 1],
  ])('by %s leaves %i accepted', async (kind, accepted) => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFault({ kind } as Fault)
    const { error } = await resend.emails.send(email, key)
    expect(error).toMatchObject({ statusCode: 500, name: 'internal_server_error' })
    expect(mailbox.count).toBe(accepted)
    expect((await resend.emails.send(email, key)).error).toBeNull()
    expect(mailbox.count).toBe(1)
  })
})

describe('a request that hangs', () => {
  it.each<[Fault['kind'], number]>([
    ['hang', 0],
    ['hang-after', 1],
  ])('by %s leaves %i accepted when its client gives up', async (kind, accepted) => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFault({ kind } as Fault)
    const client = new AbortController()
    const sending = resend.emails.send(email, { ...key, signal: client.signal })
    await vi.waitFor(() => expect(mailbox.stats().held).toBe(1))
    expect(mailbox.count).toBe(accepted)
    client.abort()
    expect((await sending).error).toEqual(opaque)
    await vi.waitFor(() => expect(mailbox.stats().held).toBe(0))
    expect((await resend.emails.send(email, key)).error).toBeNull()
    expect(mailbox.count).toBe(1)
  })

  it('has a stored answer as soon as it is accepted', async () => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFault({ kind: 'hang-after' })
    const client = new AbortController()
    const sending = resend.emails.send(email, { ...key, signal: client.signal })
    await vi.waitFor(() => expect(mailbox.stats().held).toBe(1))
    const { data } = await resend.emails.send(email, key)
    expect(data?.id).toBe(mailbox.emails()[0]?.id)
    client.abort()
    await sending
  })

  it('does not release the key of a later request', async () => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFaults([{ kind: 'hang-after' }, { kind: 'hang' }])
    const [one, two] = [new AbortController(), new AbortController()]
    const first = resend.emails.send(email, { ...key, signal: one.signal })
    await vi.waitFor(() => expect(mailbox.stats().held).toBe(1))
    const second = resend.emails.send(email, { ...key, signal: two.signal })
    await vi.waitFor(() => expect(mailbox.stats().held).toBe(2))
    one.abort()
    await first
    await vi.waitFor(() => expect(mailbox.stats().held).toBe(1))
    const { error } = await resend.emails.send(email, key)
    expect(error).toMatchObject({ name: 'concurrent_idempotent_requests' })
    two.abort()
    await second
  })

  it.each<Fault>([{ kind: 'hang' }, { kind: 'hang-after' }, { kind: 'latency', ms: 3_600_000 }])(
    'by $kind does not keep the server from closing',
    async fault => {
      const { resend, mailbox, close } = await openMailbox()
      mailbox.setFault(fault)
      const sending = resend.emails.send(email)
      await vi.waitFor(() => expect(mailbox.stats().held).toBe(1))
      await close()
      expect((await sending).error).toEqual(opaque)
    },
  )

  it('by latency is handled as usual, even if its client has disconnected', async () => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFault({ kind: 'latency', ms: 500 })
    const client = new AbortController()
    const sending = resend.emails.send(email, { ...key, signal: client.signal })
    await vi.waitFor(() => expect(mailbox.stats().held).toBe(1), { interval: 5 })
    const { error } = await resend.emails.send(email, key)
    expect(error).toMatchObject({ name: 'concurrent_idempotent_requests' })
    client.abort()
    await sending
    await vi.waitFor(() => expect(mailbox.count).toBe(1))
    const { data } = await resend.emails.send(email, key)
    expect(data?.id).toBe(mailbox.emails()[0]?.id)
  })
})

describe('an answer that is wrong', () => {
  it('may have fewer ids than emails', async () => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFaults([{ kind: 'lying-count' }, { kind: 'lying-count', missing: 2 }])
    expect((await resend.batch.send(emails(3), key)).data?.data).toHaveLength(2)
    expect((await resend.batch.send(emails(3), key)).data?.data).toHaveLength(1)
    expect((await resend.batch.send(emails(3), key)).data?.data).toHaveLength(3)
    expect(mailbox.count).toBe(3)
    mailbox.setFault({ kind: 'lying-count' })
    expect(await resend.emails.send(email)).toMatchObject({ data: {}, error: null })
  })

  it('may be a 429 for any of its three reasons', async () => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFaults([
      { kind: '429', retryAfter: 7 },
      { kind: '429', name: 'daily_quota_exceeded' },
      { kind: '429', name: 'monthly_quota_exceeded' },
    ])
    const limited = await resend.emails.send(email)
    expect(limited.error).toMatchObject({ statusCode: 429, name: 'rate_limit_exceeded' })
    expect(limited.headers).toMatchObject({ 'retry-after': '7' })
    for (const name of ['daily_quota_exceeded', 'monthly_quota_exceeded']) {
      expect((await resend.emails.send(email)).error).toMatchObject({ statusCode: 429, name })
    }
    expect(mailbox.stats()).toMatchObject({ accepted: 0, requests: 3, refused: 3 })
  })

  it.each([
    [401, 'missing_api_key'],
    [403, 'invalid_api_key'],
    [409, 'resource_locked'],
    [422, 'validation_error'],
    [451, 'security_error'],
    [503, 'service_unavailable'],
  ])('may be a %i %s', async (status, name) => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFault({ kind: 'status', status, name, message: 'No.' })
    const { error } = await resend.emails.send(email)
    expect(error).toEqual({ statusCode: status, name, message: 'No.' })
    expect(mailbox.count).toBe(0)
  })
})

describe('the list of faults', () => {
  it('is used up in order, each fault as often as `times` says', async () => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFaults([{ kind: '500-before', times: 2 }, { kind: 'reset-before' }])
    const statuses = []
    for (let n = 0; n < 4; n += 1) {
      const { error } = await resend.emails.send(email)
      statuses.push(error === null ? 'accepted' : error.statusCode)
    }
    expect(statuses).toEqual([500, 500, null, 'accepted'])
    expect(mailbox.stats().faults).toBe(0)
  })

  it('may apply until it is cleared', async () => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFault({ kind: '500-before', times: Number.POSITIVE_INFINITY })
    for (let n = 0; n < 5; n += 1) expect((await resend.emails.send(email)).data).toBeNull()
    mailbox.setFault(null)
    expect((await resend.emails.send(email)).error).toBeNull()
  })

  it('applies only to matching requests', async () => {
    const { resend, mailbox } = await openMailbox()
    mailbox.setFaults([
      { kind: '500-before', match: { endpoint: 'emails/batch', body: 'user1@host.test' } },
      { kind: 'reset-before', match: { key: 'poison' } },
    ])
    expect((await resend.emails.send({ ...email, to: 'user1@host.test' })).error).toBeNull()
    expect((await resend.batch.send(emails(1))).error).toBeNull()
    const poisoned = await resend.emails.send(email, { idempotencyKey: 'a-poison' })
    expect(poisoned.error).toMatchObject({ statusCode: null })
    expect((await resend.batch.send(emails(2))).error).toMatchObject({ statusCode: 500 })
  })

  it('is not used up by a request that is refused anyway', async () => {
    const { resend, resendWith, mailbox } = await openMailbox()
    mailbox.setFault({ kind: 'reset-after' })
    expect((await resendWith('re_revoked').emails.send(email)).error?.statusCode).toBe(403)
    expect((await resend.emails.send({ ...email, to: 'nobody' })).error?.statusCode).toBe(422)
    expect((await resend.emails.send(email)).error).toEqual(opaque)
    expect(mailbox.count).toBe(1)
  })
})

describe('faults over HTTP', () => {
  const put = (url: string, body: unknown) =>
    fetch(`${url}/api/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  it('can be set and counted by another process', async () => {
    const { url, resend } = await openMailbox({ faultRoutes: true })
    await put(url, [{ kind: '429', retryAfter: 3, times: Number.POSITIVE_INFINITY }])
    expect((await resend.emails.send(email)).headers).toMatchObject({ 'retry-after': '3' })
    expect((await resend.emails.send(email)).error).toMatchObject({ statusCode: 429 })
    await put(url, null)
    expect((await resend.emails.send(email)).error).toBeNull()
    const stats = await (await fetch(`${url}/api/stats`)).json()
    expect(stats).toEqual({ accepted: 1, requests: 3, refused: 2, replayed: 0, held: 0, faults: 0 })
  })

  it('must be valid', async () => {
    const { url } = await openMailbox({ faultRoutes: true })
    for (const body of [{ kind: 'nonsense' }, { kind: 'latency' }, [{ kind: 'hang', tmies: 2 }]]) {
      expect((await put(url, body)).status).toBe(422)
    }
  })

  it('are off by default', async () => {
    const { url } = await openMailbox()
    expect((await put(url, [])).status).toBe(404)
    expect((await fetch(`${url}/api/stats`)).status).toBe(404)
  })
})
