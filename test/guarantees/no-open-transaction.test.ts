import { sql } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import { createDatabase } from '../support/database.ts'
import { addDueUsers } from '../support/host.ts'
import { openProvider, startService } from '../support/service.ts'

const REQUESTS = 3

/** The service's sessions with an open transaction; the test's own sessions belong to the owner. */
const openTransactions = (db: Database) =>
  db.execute(sql`select state, query from pg_stat_activity
    where datname = current_database() and usename <> current_user and xact_start is not null`)

test('while requests are in flight, no transaction is open and no row is locked', {
  timeout: 60_000,
}, async () => {
  const database = await createDatabase()
  const { db } = database
  const provider = await openProvider()
  await addDueUsers(db, REQUESTS * 100)
  const { app } = await startService({
    database,
    provider,
    // No background work, so only the requests are in flight.
    timing: { rescueEvery: 600_000, request: 300_000, lease: 600_000, shutdownTimeout: 0 },
  })
  provider.mailbox.setFault({ kind: 'hang', times: REQUESTS })

  await app.runs.start({ type: 'all', trigger: 'http' })
  await vi.waitFor(() => expect(provider.mailbox.stats().held).toBe(REQUESTS), { timeout: 20_000 })

  // Polling for jobs opens a short transaction now and then; one around a request would stay open.
  await vi.waitFor(async () => expect(await openTransactions(db)).toEqual([]), { timeout: 5_000 })
  for (const table of [
    'recipients',
    'batches',
    'deliveries',
    'attempts',
    'claims',
    'runs',
    'lanes',
  ]) {
    await vi.waitFor(
      () => db.execute(sql`select from tidings.${sql.identifier(table)} for update nowait`),
      { timeout: 5_000 },
    )
  }
  for (const table of ['users', 'notifications', 'notification_emails_sent']) {
    await db.execute(sql`select from ${sql.identifier(table)} for update nowait`)
  }
  expect(provider.mailbox.stats().held).toBe(REQUESTS)
})
