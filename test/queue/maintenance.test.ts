import { sql } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { claims } from '../../src/db/schema.ts'
import { addDueUsers } from '../support/host.ts'
import { startService } from '../support/service.ts'

test('maintenance is scheduled every night, even if no runs are', async () => {
  const { db } = await startService({ env: { SCHEDULE: 'off' } })

  const schedules = await db.execute(sql`select name, cron from pgboss.schedule`)

  expect([...schedules]).toEqual([{ name: 'housekeeping', cron: '17 3 * * *' }])
})

test('the nightly job prunes claims of deleted notifications', async () => {
  const { db, run } = await startService()
  await addDueUsers(db, 3)
  await run()
  await db.execute(sql`delete from notifications`)

  // The same statement as pg-boss's scheduler.
  await db.execute(sql`insert into pgboss.job (name, policy) values ('housekeeping', 'exclusive')`)

  await vi.waitFor(async () => expect(await db.select().from(claims)).toEqual([]), {
    timeout: 20_000,
    interval: 50,
  })
})
