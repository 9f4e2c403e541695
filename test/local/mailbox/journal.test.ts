import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { accept, type IncomingRequest } from '../../../src/local/mailbox/accept.ts'
import { createEmailStore } from '../../../src/local/mailbox/email-store.ts'
import { email, emails, openMailbox } from '../../support/open-mailbox.ts'

let journal: string

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'mailbox-'))
  journal = join(folder, 'deep', 'mailbox.ndjson')
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

const key = { idempotencyKey: 'k' }

describe('the journal', () => {
  it('keeps emails and keys across a restart', async () => {
    const before = await openMailbox({ journal })
    const first = await before.resend.batch.send(emails(3), key)
    await before.close()
    const after = await openMailbox({ journal })
    expect(after.mailbox.emails()).toEqual(before.mailbox.emails())
    const second = await after.resend.batch.send(emails(3), key)
    expect(second.data).toEqual(first.data)
    const other = await after.resend.batch.send(emails(2), key)
    expect(other.error).toMatchObject({ name: 'invalid_idempotent_request' })
    expect(after.mailbox.count).toBe(3)
  })

  it('is shared by databases, whose pages show only their own emails', async () => {
    const open = (database: string) => openMailbox({ journal, database })
    const [one, other] = [await open('localhost:5432/one'), await open('embedded/other')]
    await one.resend.emails.send({ ...email, subject: 'from one' })
    await other.resend.batch.send(emails(2).map(of => ({ ...of, subject: 'from other' })))
    const read = async (path = '') => (await fetch(`${one.url}${path}`)).text()

    const own = await read()
    expect(own).toContain('1 email accepted · <a href="/mailbox?all=yes">2 emails of other')
    expect(own).not.toContain('from other')
    const all = await read('?all=yes')
    expect(all.match(/<span class="label">embedded\/other<\/span> from other/g)).toHaveLength(2)
    expect(all).toMatch(/3 emails accepted · <a href="\/mailbox">only of this database/)
    expect(all).toContain('<span class="subject">from one</span>')
    expect([one.mailbox.count, one.mailbox.ownCount]).toEqual([3, 1])
  })

  it('has one line for each accepted request, and only its owner can read it', async () => {
    mkdirSync(dirname(journal))
    writeFileSync(journal, '', { mode: 0o644 })
    const { resend, mailbox } = await openMailbox({ journal, now: () => 1_700_000_000_000 })
    await resend.emails.send({ ...email, to: 'nobody' })
    await resend.emails.send(email, key)
    await resend.emails.send(email, key)
    const lines = readFileSync(journal, 'utf8').trimEnd().split('\n')
    expect(lines.map(line => JSON.parse(line))).toEqual([
      {
        at: 1_700_000_000_000,
        key: 'k',
        scope: 'emails',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        status: 200,
        answer: { id: mailbox.emails()[0]?.id },
        emails: mailbox.emails(),
      },
    ])
    expect(statSync(journal).mode & 0o777).toBe(0o600)
  })

  it('is shared: each process sees what another one accepts', async () => {
    const one = await openMailbox({ journal })
    const two = await openMailbox({ journal })
    const first = await one.resend.emails.send(email, key)
    const second = await two.resend.emails.send(email, key)
    expect(second.data).toEqual(first.data)
    await two.resend.batch.send(emails(2))
    expect(one.mailbox.emails()).toEqual(two.mailbox.emails())
    expect([one.mailbox.count, two.mailbox.count]).toEqual([3, 3])
  })

  it('decides by its order if two processes accept the same key at once', () => {
    const incoming: IncomingRequest = {
      endpoint: 'emails',
      key: 'k',
      body: Buffer.from(JSON.stringify(email)),
      validation: undefined,
    }
    const one = createEmailStore(journal, 10)
    const two = createEmailStore(journal, 10)
    // The other process accepts between this one's lookup of the key and its write.
    const late = {
      ...two,
      answerTo(...args: Parameters<typeof two.answerTo>) {
        const before = two.answerTo(...args)
        accept(incoming, one, 1)
        return before
      },
    }
    const second = accept(incoming, late, 1)
    expect(second).toMatchObject({ replayed: true, accepted: [] })
    expect(second.answer.body).toEqual({ id: one.emails()[0]?.id })
    expect([one.count, two.count, createEmailStore(journal, 10).count]).toEqual([1, 1, 1])
  })

  it('survives an incomplete line of a killed process', async () => {
    const before = await openMailbox({ journal })
    await before.resend.emails.send(email)
    appendFileSync(journal, '{"at":1,"key":null,"scope":"emai')
    const after = await openMailbox({ journal })
    expect(after.mailbox.count).toBe(1)
    await after.resend.emails.send(email)
    await before.resend.emails.send(email)
    expect([before.mailbox.count, after.mailbox.count]).toEqual([3, 3])
    expect((await openMailbox({ journal })).mailbox.count).toBe(3)
  })

  it('skips a corrupt line', async () => {
    const before = await openMailbox({ journal })
    await before.resend.emails.send(email)
    appendFileSync(journal, 'not json\n{"at":"yesterday"}\n\n')
    await before.resend.emails.send(email)
    expect((await openMailbox({ journal })).mailbox.count).toBe(2)
  })

  it('is read completely, even with very long lines', async () => {
    const before = await openMailbox({ journal })
    const large = { ...email, html: 'é'.repeat(1_500_000) }
    await before.resend.emails.send(large)
    await before.resend.batch.send(emails(5))
    const after = await openMailbox({ journal })
    expect(after.mailbox.emails()).toEqual(before.mailbox.emails())
  })

  it('may be removed while in use', async () => {
    const { resend, mailbox } = await openMailbox({ journal })
    await resend.emails.send(email)
    rmSync(journal)
    await resend.emails.send(email)
    expect(mailbox.count).toBe(2)
    expect((await openMailbox({ journal })).mailbox.count).toBe(1)
  })

  it('accepts nothing if it cannot be written', async () => {
    const { resend, mailbox } = await openMailbox({ journal })
    rmSync(dirname(journal), { recursive: true })
    writeFileSync(dirname(journal), 'in the way')
    const { error } = await resend.emails.send(email, key)
    expect(error).toMatchObject({ statusCode: 500, name: 'internal_server_error' })
    rmSync(dirname(journal))
    mkdirSync(dirname(journal))
    expect(mailbox.count).toBe(0)
    expect((await resend.emails.send(email, key)).error).toBeNull()
  })
})
