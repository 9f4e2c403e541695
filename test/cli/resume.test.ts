import { expect, test } from 'vitest'
import { providerAccounts } from '../../src/db/schema.ts'
import { makeFolder, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'

test('resumes sending and says why it was stopped; a second time nothing is stopped', async () => {
  const { db, url } = await createDatabase()
  const reason = 'bounce_rate: 6.2 % of 500 emails bounced in 24 h (limit 4 %)'
  await db.insert(providerAccounts).values({
    name: 'resend',
    stoppedReason: reason,
    stoppedAt: new Date(),
    stoppedUntil: 'resumed',
  })
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }

  const first = await tidings(['resume'], options)
  const second = await tidings(['resume'], options)

  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout).toContain(reason)
  expect(second).toMatchObject({ code: 0, stdout: 'Sending was not stopped\n' })
  expect(await db.select().from(providerAccounts)).toMatchObject([
    { stoppedReason: null, stoppedAt: null, stoppedUntil: null, countedFrom: expect.any(Date) },
  ])
})
