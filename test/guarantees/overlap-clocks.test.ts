import { once } from 'node:events'
import { eq, sql } from 'drizzle-orm'
import { expect, onTestFinished, test, vi } from 'vitest'
import { batches } from '../../src/db/schema.ts'
import { endLeases } from '../support/blocked.ts'
import { createDatabase } from '../support/database.ts'
import { expectConsistent } from '../support/expect-consistent.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../support/host.ts'
import { openProvider, startService } from '../support/service.ts'
import { claim, claimNow, endLease } from '../support/service-parts.ts'
import { startServiceProcess } from '../support/service-process.ts'

const DAY = 86_400_000

test.each([400 * DAY, -400 * DAY])(
  'a process whose clock is wrong by %i ms sends the same emails, with correct times',
  { timeout: 60_000 },
  async ms => {
    const { db, url } = await createDatabase()
    const provider = await openProvider()
    await addDueUsers(db, 3)
    const older = await addUser(db)
    await addNotification(db, older, { days: 20 })
    await addNotification(db, await addUser(db), { days: 40 })
    const before = new Date()
    const wrong = `const Right = Date
      globalThis.Date = class extends Right {
        constructor(...given) { super(...(given.length ? given : [Right.now() + ${ms}])) }
        static now() { return Right.now() + ${ms} }
      }`

    const command = startServiceProcess(['run', 'all'], url, provider.baseUrl, {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(wrong)}`,
    })
    await once(command.child, 'exit')

    expect(command.child.exitCode, command.output()).toBe(0)
    await expectConsistent(db, provider.mailbox, 5)
    for (const { sentAt } of await readAttempts(db)) {
      expect(Math.abs(Number(sentAt) - before.getTime())).toBeLessThan(60_000)
    }
    expect(await readAttempts(db, older)).toMatchObject([{ emailType: 'new_notifications' }])
  },
)

test('the age of a key is measured by the database clock, not by that of the process', async () => {
  const { db } = await createDatabase()
  const recent = await claimNow(db, await addDueUsers(db, 1))
  const old = await claimNow(db, await addDueUsers(db, 1))
  await endLease(db, recent.id)
  await endLease(db, old.id)
  const hours25 = sql`now() - interval '25 hours'`
  await db.update(batches).set({ frozenAt: hours25 }).where(eq(batches.id, old.id))
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())

  vi.setSystemTime(Date.now() + 3 * DAY)
  expect(await claim(db, recent.id)).toMatchObject({ attempt: 2 })
  vi.setSystemTime(Date.now() - 6 * DAY)
  expect(await claim(db, old.id)).toBeNull()
})

test('a database restored from a 40-day-old dump sends no outdated emails', {
  timeout: 60_000,
}, async () => {
  const database = await createDatabase()
  const { db } = database
  const provider = await openProvider()
  const userIds = await addDueUsers(db, 250)
  // The dump is from the middle of a run: one batch is in flight, the others are planned or claimed.
  provider.mailbox.setFault({ kind: 'hang', times: Number.POSITIVE_INFINITY })
  const command = startServiceProcess(['run', 'all'], database.url, provider.baseUrl, {
    RATE_LIMIT: '1',
  })
  await vi.waitFor(() => expect(provider.mailbox.stats().held).toBeGreaterThan(0), 25_000)
  await command.kill()
  provider.mailbox.setFault(null)
  for (const [table, columns] of Object.entries({
    notifications: ['created_at'],
    notification_emails_sent: ['sent_at'],
    'tidings.runs': ['created_at', 'started_at'],
    'tidings.batches': ['created_at', 'frozen_at', 'next_attempt_at', 'leased_until'],
    'tidings.deliveries': ['claimed_at'],
  })) {
    const set = columns.map(column => `${column} = ${column} - interval '40 days'`).join(', ')
    await db.execute(sql.raw(`update ${table} set ${set}`))
  }
  await db.execute('delete from pgboss.job')
  await endLeases(db)

  const { run } = await startService({ database, provider })
  await run()

  const types = provider.mailbox.emails().map(({ tags }) => tags[1]?.value)
  expect(types.filter(type => type !== 'outstanding_reminder')).toEqual([])
  // Notifications unread for 40 days are worth one reminder, but no more.
  expect(provider.mailbox.count).toBeLessThanOrEqual(userIds.length)
  expect(new Set(provider.mailbox.emails().flatMap(({ to }) => to)).size).toBe(
    provider.mailbox.count,
  )
  const [open] = await db.execute(sql`select
    (select count(*) from notification_emails_sent where error_message like 'pending:%')::int as pending,
    (select count(*) from tidings.batches where state <> 'resolved')::int as batches,
    (select count(*) from tidings.runs where status in ('queued', 'running'))::int as runs`)
  expect(open).toEqual({ pending: 0, batches: 0, runs: 0 })
})
