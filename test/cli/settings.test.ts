import { expect, test } from 'vitest'
import { suppressions } from '../../src/db/schema.ts'
import { makeFolder, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { addUser } from '../support/host.ts'

const unknownId = '00000000-0000-4000-8000-000000000000'

test('settings shows and changes whether a user gets emails, and reports a suppression', async () => {
  const { db, url } = await createDatabase()
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }
  const userId = await addUser(db, { name: 'mara' })
  const settings = (...args: string[]) => tidings(['settings', ...args], options)

  const [untouched, unknown, nobody] = await Promise.all([
    settings('mara'),
    settings(unknownId, 'off'),
    settings('ada', 'off'),
  ])
  expect(untouched).toMatchObject({
    code: 0,
    stderr: '',
    stdout: `emails are on for user ${userId} (the default; it was never changed)\n`,
  })
  for (const [{ code, stdout, stderr }, who] of [
    [unknown, unknownId],
    [nobody, 'ada'],
  ] as const) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(`error: USER: no user with the id, address or user name '${who}'\n`)
  }

  const since = new Date('2026-03-04T23:30:00Z')
  const address = `${userId}@example.com`
  await db.insert(suppressions).values({ address, reason: 'bounced: General', since })
  expect(await settings(address.toUpperCase(), 'off')).toMatchObject({
    code: 0,
    stdout:
      `emails are off for user ${userId}\n` +
      'but nothing is sent: the address is suppressed since 2026-03-04 (bounced: General)\n',
  })
})
