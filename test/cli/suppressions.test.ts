import { userInfo } from 'node:os'
import { expect, test } from 'vitest'
import { suppressions } from '../../src/db/schema.ts'
import { makeFolder, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'

test('suppressions lists, adds and lifts', { timeout: 60_000 }, async () => {
  const { db, url } = await createDatabase()
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }
  const run = (...args: string[]) => tidings(['suppressions', ...args], options)
  const since = new Date('2026-03-04T23:30:00Z')
  await db.insert(suppressions).values({ address: 'spam@example.com', reason: 'complained', since })

  const [added, refused, unknown, invalid] = await Promise.all([
    run('add', 'Ada@Example.com', '--note', 'by letter'),
    run('lift', 'spam@example.com'),
    run('lift', 'kim@example.com'),
    run('add', 'ada'),
  ])
  expect(added).toMatchObject({
    code: 0,
    stdout: 'ada@example.com is suppressed: manual\n',
    stderr: '',
  })
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('reported an email as spam, so nothing was changed')
  expect(refused.stderr).toContain('add --force')
  expect(unknown).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'kim@example.com was never suppressed\n',
  })
  expect(invalid).toMatchObject({ code: 1, stdout: '' })
  expect(invalid.stderr).toBe(
    "error: ADDRESS: 'ada' is not an email address; expected one such as ada@example.com\n",
  )

  const lifted = await run('lift', 'SPAM@example.com', '--force')
  expect(lifted).toMatchObject({
    code: 0,
    stdout: 'spam@example.com can get emails again; the provider was not asked\n',
  })
  expect(lifted.stderr).toContain('RESEND_API_KEY')
  const [table, json] = await Promise.all([run('list'), run('list', '--state', 'all', '--json')])
  expect(table.stdout).toMatch(/ada@example\.com.*manual.*cli.*by letter/)
  expect(table.stdout).not.toContain('spam@example.com')
  expect(JSON.parse(json.stdout)).toMatchObject([
    {
      address: 'ada@example.com',
      active: true,
      by: userInfo().username,
      source: 'cli',
      note: 'by letter',
      lifted: null,
    },
    {
      address: 'spam@example.com',
      active: false,
      lifted: { source: 'cli' },
      since: since.toISOString(),
    },
  ])
})
