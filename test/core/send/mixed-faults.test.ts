import { expect, test } from 'vitest'
import type { Fault } from '../../../src/local/mailbox/faults.ts'
import { createDatabase } from '../../support/database.ts'
import { noResponseFaults } from '../../support/faults.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../../support/host.ts'
import { expectAllEmailedOnce } from '../../support/sending-parts.ts'
import { openProvider, startService } from '../../support/service.ts'

const timing = {
  request: 400,
  lease: 700,
  firstBackoff: 50,
  rescueEvery: 100,
  stalledAfter: 300,
  firstProbe: 100,
  longestProbe: 400,
  probe: 80,
}

const status = (code: number, name: string): Fault => ({ kind: 'status', status: code, name })

test.each(['invalid_idempotent_request', 'concurrent_idempotent_requests', 'resource_locked'])(
  '409 %s never leads to a new key',
  async name => {
    const provider = await openProvider()
    const { db, run } = await startService({ provider, timing })
    const userIds = await addDueUsers(db, 3)
    provider.mailbox.setFaults([{ ...status(409, name), times: 3 }])
    await run()
    await expectAllEmailedOnce(db, provider, userIds)
    const [batch, ...others] = await db.execute<{ id: string }>('select id from tidings.batches')
    expect(others).toEqual([])
    expect(new Set(provider.mailbox.emails().map(email => email.key))).toEqual(new Set([batch?.id]))
    expect(await readAttempts(db)).toHaveLength(12)
  },
)

/** No recipient causes any of these, so all users must get an email. */
const faults: Fault[] = [
  ...noResponseFaults,
  { kind: '429' },
  { kind: '429', retryAfter: 1 },
  { kind: '429', name: 'daily_quota_exceeded', retryAfter: 1 },
  { kind: '429', name: 'monthly_quota_exceeded', retryAfter: 1 },
  status(401, 'missing_api_key'),
  status(403, 'validation_error'),
  status(403, 'invalid_api_key'),
  status(451, 'security_error'),
  status(409, 'concurrent_idempotent_requests'),
  status(409, 'invalid_idempotent_request'),
  status(503, 'service_unavailable'),
]

test('every user gets one email, whatever the provider does in whatever order', async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  console.log(`mixed faults: SEED=${seed}`)
  const random = mulberry32(seed)
  const pick = () => faults[Math.floor(random() * faults.length)] as Fault
  const database = await createDatabase()
  const provider = await openProvider()
  const nodes = [
    await startService({ database, provider, timing }),
    await startService({ database, provider, timing }),
  ]
  const userIds = await addDueUsers(database.db, 720)
  const refused = await addUser(database.db, { email: 'mara@-example.com' })
  await addNotification(database.db, refused)
  provider.mailbox.setFaults([
    ...Array.from({ length: 16 }, pick),
    ...Array.from({ length: 4 }, () => ({ ...pick(), match: { endpoint: 'domains' } }) as const),
  ])

  const run = await nodes[0]?.run()

  expect(run, `SEED=${seed}`).toMatchObject({ counts: { sent: 720, failed: 1, unknown: 0 } })
  await expectAllEmailedOnce(database.db, provider, userIds)
  const lines = (await readAttempts(database.db, refused)).map(({ errorMessage }) => errorMessage)
  // Not the 403 of the same name. Recorded once, but not always for the newest attempt: on a slow machine the
  // answer to an earlier one may arrive first.
  expect(lines.filter(line => line?.startsWith('validation_error: Invalid `to`'))).toHaveLength(1)
}, 120_000)

/** Reproducible random numbers from a seed. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
