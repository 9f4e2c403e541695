import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { createDatabase } from '../setup/database.ts'
import { addDueUsers, readAttempts } from '../setup/host.ts'
import { openProvider, type Provider, startService } from '../setup/service.ts'

test('a process killed while its request is under way: accepted once, recorded once', async () => {
  const database = await createDatabase()
  const provider = await openProvider()
  await addDueUsers(database.db, 150)
  // The provider has taken the emails and keeps its answer to itself.
  provider.mailbox.setFault({ kind: 'hang-after', times: Number.POSITIVE_INFINITY })
  const accepted = new Promise<void>(resolve => provider.mailbox.onAccepted(() => resolve()))
  const victim = spawnRun(database.url, provider)
  await accepted
  victim.kill('SIGKILL')
  await once(victim, 'exit')
  provider.mailbox.setFault(null)
  expect(
    (await readAttempts(database.db)).some(({ errorMessage }) => isPending(errorMessage)),
  ).toBe(true)

  // Nobody waits here for the lease of a process that is dead.
  await database.db.execute(
    sql`update tidings.batches set leased_until = now() where state = 'frozen'`,
  )
  const { run } = await startService({ database, provider })
  const { status } = await run()

  expect(status).toBe('completed')
  expect(provider.mailbox.count).toBe(150)
  const attempts = await readAttempts(database.db)
  expect(attempts.filter(attempt => attempt.success)).toHaveLength(150)
  expect(attempts.filter(({ errorMessage }) => isPending(errorMessage))).toEqual([])
  const [open] = await database.db.execute(sql`
    select (select count(*) from tidings.batches where state <> 'resolved')::int as batches,
      (select count(*) from tidings.deliveries where closed_at is null)::int as deliveries,
      (select count(*) from tidings.runs where status in ('queued', 'running'))::int as runs`)
  expect(open).toEqual({ batches: 0, deliveries: 0, runs: 0 })
})

function isPending(errorMessage: string | null): boolean {
  return errorMessage?.startsWith('pending:') ?? false
}

function spawnRun(databaseUrl: string, provider: Provider): ChildProcess {
  const child = spawn(process.execPath, ['dist/main.js', 'run', 'all'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: provider.baseUrl,
      EMAIL_FROM: 'Tidings <tidings@example.com>',
      API_TOKEN: 'a',
      CRON_SECRET: 'b',
      LINK_SECRET: 'c',
      RATE_LIMIT: '1000',
    },
    stdio: 'ignore',
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}
