import { expect, test } from 'vitest'
import { users } from '../../src/db/schema.ts'
import type { Fault } from '../../src/local/mailbox/faults.ts'
import { noResponseFaults } from '../support/faults.ts'
import { openForwardingServer } from '../support/faulty-servers.ts'
import { addDueUsers, readAttempts } from '../support/host.ts'
import { openProvider, startService } from '../support/service.ts'

const timing = { request: 500, lease: 1_000, firstBackoff: 100 }

const proveNothing: Fault[] = [
  ...noResponseFaults,
  { kind: 'status', status: 409, name: 'concurrent_idempotent_requests' },
]

test.each(proveNothing)(
  'after an answer that proves nothing ($kind), the request is replayed under the same key',
  async fault => {
    const provider = await openProvider()
    const keys: string[] = []
    provider.mailbox.onAccepted(emails => keys.push(...emails.map(email => email.key ?? '')))
    const { db, mailbox, run } = await startService({ provider, timing })
    await addDueUsers(db, 3)
    mailbox.setFault(fault)

    const { status, counts } = await run()

    expect(status).toBe('completed')
    expect(counts).toMatchObject({ due: 3, sent: 3, failed: 0, unknown: 0 })
    expect(mailbox.count).toBe(3)
    expect(new Set(keys).size).toBe(1)
    const attempts = await readAttempts(db)
    expect(attempts.filter(attempt => attempt.success)).toHaveLength(3)
    const others = attempts.filter(attempt => !attempt.success)
    expect(others).toHaveLength(3)
    for (const { errorMessage } of others) {
      expect(errorMessage).toMatch(
        /^(network|timeout|unknown|application_error|internal_server_error|concurrent_idempotent_requests): ./,
      )
    }
  },
)

test('a replayed request has the same bytes, even if the data has changed', async () => {
  const provider = await openProvider()
  const requests: Buffer[] = []
  const rename = () => db.update(users).set({ publicDisplayName: `name ${requests.length}` })
  const { baseUrl } = await openForwardingServer(provider.baseUrl, async body => {
    requests.push(body)
    await rename()
  })
  const { db, mailbox, run } = await startService({ provider: { ...provider, baseUrl }, timing })
  await addDueUsers(db, 12)
  mailbox.setFault({ kind: '500-before' })

  const { counts } = await run()

  expect(counts).toMatchObject({ sent: 12 })
  expect(requests).toHaveLength(2)
  expect(requests[1]).toEqual(requests[0])
})

test.each([{ kind: '429', retryAfter: 1 }, { kind: '429' }] as Fault[])(
  'after a 429 the request is retried later, and each attempt has its row ($retryAfter)',
  async fault => {
    const { db, mailbox, run } = await startService({ timing })
    await addDueUsers(db, 2)
    mailbox.setFault(fault)

    const { counts } = await run()

    expect(counts).toMatchObject({ sent: 2, failed: 0, unknown: 0 })
    expect(mailbox.count).toBe(2)
    const refused = (await readAttempts(db)).filter(attempt => !attempt.success)
    expect(refused).toHaveLength(2)
    expect(refused[0]?.errorMessage).toMatch(/^rate_limit_exceeded: /)
  },
)

test('an unanswered request does not delay users who become due later', async () => {
  const { db, mailbox, app, run } = await startService({ timing })
  const [stuck] = await addDueUsers(db, 1)
  mailbox.setFault({
    kind: '500-before',
    times: Number.POSITIVE_INFINITY,
    match: { body: `${stuck}@example.com` },
  })
  const first = await app.runs.start({ type: 'all', trigger: 'http' })
  await expect.poll(async () => (await app.runs.find(first.id))?.counts.unknown).toBe(1)
  await addDueUsers(db, 2)

  const second = await run()

  expect(second.id).not.toBe(first.id)
  expect(second.counts).toMatchObject({ due: 2, sent: 2 })
  expect((await app.runs.find(first.id))?.status).toBe('running')
  mailbox.setFault(null)
  await expect
    .poll(async () => (await app.runs.find(first.id))?.status, { timeout: 20_000 })
    .toBe('completed')
  expect(mailbox.count).toBe(3)
})
