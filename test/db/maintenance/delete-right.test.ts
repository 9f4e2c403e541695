import { Writable } from 'node:stream'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createLoggerTo } from '../../../src/cli/logger.ts'
import { batches, notificationEmailsSent } from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addEmail } from '../../support/evaluate.ts'
import { addDueUsers, addUser } from '../../support/host.ts'
import { runMaintenance } from '../../support/run-maintenance.ts'
import { startService } from '../../support/service.ts'

async function maintainAs(rights: 'as granted' | 'owner') {
  const database = await createDatabase()
  const { db, url, ownerUrl } = database
  let log = ''
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log += chunk
      done()
    },
  })
  const service = await startService({
    database: { db, url: rights === 'owner' ? ownerUrl : url },
    logger: createLoggerTo(destination, 'info'),
    env: { RETENTION_DAYS: '30' },
  })
  await addDueUsers(db, 1)
  await service.run()
  await db.execute(sql`update tidings.batches set frozen_at = now() - interval '31 days'`)
  await addEmail(db, await addUser(db), { days: 90, success: false, errorMessage: 'no' })
  await runMaintenance(db)
  await service.app.stop()
  return {
    db,
    role: new URL(url).username,
    lines: log
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
  }
}

test('a missing right to delete is logged once, with the fix, and the rest is pruned', async () => {
  const { db, role, lines } = await maintainAs('as granted')

  const warnings = lines.filter(line => line.level >= 40)
  expect(warnings).toMatchObject([
    {
      what: 'attempts',
      msg: expect.stringMatching(/^RETENTION_DAYS is set, but the role .* may not delete/),
    },
  ])
  expect(warnings[0].msg).toContain(
    `GRANT DELETE ON "public"."notification_emails_sent" TO "${role}";`,
  )
  expect(lines.find(line => line.msg === 'finished maintenance')?.deleted).toEqual({
    ...{ claims: 0, events: 0, bodies: 1, changes: 0, attempts: 0, deliveries: 0, runs: 0 },
    'shadow emails': 0,
  })
  expect(await db.select().from(notificationEmailsSent)).toHaveLength(2)
  expect(await db.select().from(batches)).toMatchObject([{ body: null }])
})

test('a role that may delete prunes attempts', async () => {
  const { db, lines } = await maintainAs('owner')

  expect(lines.filter(line => line.level >= 40)).toEqual([])
  expect(lines.find(line => line.msg === 'finished maintenance')?.deleted).toMatchObject({
    attempts: 1,
  })
  expect(await db.select().from(notificationEmailsSent)).toHaveLength(1)
})
