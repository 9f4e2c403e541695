import { Writable } from 'node:stream'
import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { expect, vi } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import type { Fault } from '../../src/local/mailbox/faults.ts'
import { readAttempts } from './host.ts'
import type { Provider } from './service.ts'

/** Permanent faults of a refused key, for sending and for reading. */
export function revokedKey(status = 403, name = 'invalid_api_key'): Fault[] {
  const fault = { kind: 'status', status, name, message: 'told so' } as const
  const always = { ...fault, times: Number.POSITIVE_INFINITY }
  return [always, { ...always, match: { endpoint: 'domains' } }]
}

/** Waits until a check passes. */
export const until = (holds: () => Promise<void>, timeout = 15_000) =>
  vi.waitFor(holds, { timeout, interval: 30 })

/** Creates a logger that collects its lines about stopped and resumed sending. */
export function listen() {
  return listenTo(/^sending /)
}

/** A logger, and its lines whose message matches. */
export function listenTo(message: RegExp) {
  const lines: { level: string; msg: string; reason: string; advice?: string }[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      const { level, msg, ...line } = JSON.parse(String(chunk))
      if (message.test(msg)) lines.push({ level: pino.levels.labels[level], msg, ...line })
      done()
    },
  })
  return { logger: pino({ level: 'info' }, stream), lines }
}

export async function accountOf(db: Database) {
  const [account] = await db.execute<{
    stopped_reason: string | null
    stopped_until: string | null
    probe_at: string | null
    probe_in: number | null
  }>(sql`select stopped_reason, stopped_until, probe_at::text as probe_at,
    extract(epoch from probe_at - clock_timestamp())::float as probe_in from tidings.lanes`)
  if (!account) throw new Error('no provider account')
  return account
}

/** Checks that every user got exactly one email and has exactly one accepted attempt. */
export async function expectAllEmailedOnce(
  db: Database,
  { mailbox }: Provider,
  userIds: string[],
): Promise<void> {
  expect(mailbox.count).toBe(userIds.length)
  expect(new Set(mailbox.emails().flatMap(email => email.to)).size).toBe(userIds.length)
  const attempts = await readAttempts(db)
  const mailed = attempts.filter(attempt => attempt.success)
  expect(mailed.map(attempt => attempt.userId).sort()).toEqual([...userIds].sort())
  expect(mailed.filter(attempt => attempt.errorMessage !== null)).toEqual([])
  for (const { success, errorMessage } of attempts) {
    if (!success) expect(errorMessage).toMatch(/^(?!pending)\w+: ./)
  }
  const [open] = await db.execute(sql`
    select (select count(*) from tidings.batches where state <> 'resolved')::int as batches,
      (select count(*) from tidings.deliveries where closed_at is null)::int as deliveries,
      (select count(*) from tidings.runs where status <> 'completed')::int as runs`)
  expect(open).toEqual({ batches: 0, deliveries: 0, runs: 0 })
}
