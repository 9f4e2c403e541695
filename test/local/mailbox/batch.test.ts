import { describe, expect, it } from 'vitest'
import { email, emails, openMailbox } from '../../support/open-mailbox.ts'

const bad = { ...email, to: 'nobody' }

describe('a batch', () => {
  it('of 100 is accepted, with ids in the order of its emails', async () => {
    const { resend, mailbox } = await openMailbox()
    const { data, error } = await resend.batch.send(emails(100))
    expect(error).toBeNull()
    const ids = data?.data.map(({ id }) => id) ?? []
    expect(new Set(ids).size).toBe(100)
    expect(ids.map(id => mailbox.find(id)?.to[0])).toEqual(emails(100).map(({ to }) => to))
    expect(data).not.toHaveProperty('errors')
  })

  it.each([
    ['none', []],
    ['101 emails', emails(101)],
    ['an object', { emails: [email] }],
  ])('of %s is refused', async (_name, body) => {
    const { post, mailbox } = await openMailbox()
    const response = await post('/emails/batch', body)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ name: 'validation_error' })
    expect(mailbox.count).toBe(0)
  })

  it.each([
    ['attachments', { attachments: [{ filename: 'a', content: 'YQ==' }] }],
    ['scheduled_at', { scheduled_at: '2030-01-01T00:00:00Z' }],
  ])('with %s is refused', async (_name, change) => {
    const { post, mailbox } = await openMailbox()
    expect((await post('/emails/batch', [{ ...email, ...change }])).status).toBe(422)
    expect(mailbox.count).toBe(0)
  })

  it('is all or nothing when strict, and reports only one error', async () => {
    const { resend, mailbox } = await openMailbox()
    const { data, error } = await resend.batch.send([email, bad, { ...email, subject: '' }])
    expect(data).toBeNull()
    expect(error).toMatchObject({ statusCode: 422, name: 'validation_error' })
    expect(error?.message).toContain('Invalid `to` field.')
    expect(mailbox.count).toBe(0)
  })

  it('accepts the valid emails when permissive, and reports the others', async () => {
    const { resend, mailbox } = await openMailbox()
    const { data } = await resend.batch.send([bad, email, { ...email, subject: '' }], {
      batchValidation: 'permissive',
    })
    expect(data?.data).toEqual([{ id: mailbox.emails()[0]?.id }])
    expect(data?.errors).toEqual([
      { index: 0, message: expect.stringContaining('Invalid `to` field.') },
      { index: 2, message: 'Missing `subject` field.' },
    ])
    expect(mailbox.count).toBe(1)
  })

  it('is refused with an unknown validation mode', async () => {
    const { post } = await openMailbox()
    const response = await post('/emails/batch', [email], { 'x-batch-validation': 'lenient' })
    expect(response.status).toBe(422)
  })
})
