import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { suppressions } from '../../../src/db/schema.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import { startService } from '../../support/service.ts'

/** The row count of each table of the host and of the service, and of the waiting deliver jobs. */
async function countRows(db: Database): Promise<Record<string, number>> {
  const tables = await db.execute<{ schemaname: string; tablename: string }>(
    `select schemaname, tablename from pg_tables where schemaname in ('public', 'tidings')`,
  )
  const counts: Record<string, number> = {}
  const count = async (name: string, from: string) => {
    const [row] = await db.execute<{ count: number }>(`select count(*)::int as count from ${from}`)
    counts[name] = row?.count ?? -1
  }
  for (const { schemaname, tablename } of tables) {
    await count(`${schemaname}.${tablename}`, `"${schemaname}"."${tablename}"`)
  }
  await count('deliver jobs', `pgboss.job where name = 'deliver'`)
  return counts
}

async function addUsers(db: Database): Promise<void> {
  await addDueUsers(db, 120)
  await addNotification(db, await addUser(db), { days: 40 })
  await addNotification(db, await addUser(db, { emailsEnabled: false }))
  await addNotification(db, await addUser(db, { email: 'Gone@example.com' }))
  await addNotification(db, await addUser(db, { email: 'no address' }))
  await db.insert(suppressions).values({ address: 'gone@example.com', reason: 'bounced' })
}

test('a dry run counts what a real run would do, and writes only its own row', async () => {
  const { db, mailbox, run } = await startService({ timing: { pageSize: 50 } })
  await addUsers(db)
  const before = await countRows(db)

  const dry = await run({ dryRun: true })

  expect(await countRows(db)).toEqual({
    ...before,
    'tidings.runs': (before['tidings.runs'] ?? 0) + 1,
  })
  expect(mailbox.count).toBe(0)
  expect(dry).toMatchObject({ status: 'completed', dryRun: true })
  expect(dry.counts).toMatchObject({
    scanned: 124,
    due: 121,
    sent: 0,
    skipped: { opted_out: 1, suppressed: 1, invalid_address: 1 },
  })

  const real = await run()
  const { due, scanned, skipped } = dry.counts
  expect(real.counts).toMatchObject({ due, scanned, skipped, sent: due })
})

test('a dry run for specific users counts unknown users', async () => {
  const { db, run } = await startService()
  const [due = ''] = await addDueUsers(db, 2)
  const { counts } = await run({ dryRun: true, userIds: [due, randomUUID()] })
  expect(counts).toMatchObject({ scanned: 2, due: 1, skipped: { unknown_user: 1 } })
})
