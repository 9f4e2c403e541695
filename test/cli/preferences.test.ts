import { expect, test } from 'vitest'
import { preferences } from '../../src/db/schema.ts'
import { makeFolder, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { addUser } from '../support/host.ts'

test('preferences shows and changes a pause, and refuses what it cannot keep', async () => {
  const { db, url } = await createDatabase()
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }
  const userId = await addUser(db, { name: 'mara' })
  const run = (...args: string[]) => tidings(['preferences', ...args], options)

  const [untouched, nobody, invalid, unenforced, unknown] = await Promise.all([
    run('mara'),
    run('ada', 'pausedUntil=null'),
    run('mara', 'pausedUntil=2020-01-01T08:00Z'),
    run('mara', 'pausedUntil=null', 'frequency=daily'),
    run('mara', 'pause'),
  ])
  expect(untouched).toMatchObject({
    ...{ code: 0, stderr: '' },
    stdout: `emails are not paused for user ${userId} (the default)\n`,
  })
  for (const [{ code, stdout, stderr }, message] of [
    [nobody, "USER: no user with the id, address or user name 'ada'"],
    [invalid, /pausedUntil: '2020-01-01T08:00Z' is not null, or .* at most 28 days away/],
    [unenforced, "frequency: 'daily' is not null, because this version does not act on it yet"],
    [unknown, "'pause': expected pausedUntil=TIME or pausedUntil=null"],
  ] as const) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  }
  expect(await db.select().from(preferences)).toEqual([])

  const pausedUntil = new Date(Date.now() + 86_400_000).toISOString()
  expect((await run(`${userId}@EXAMPLE.com`, `pausedUntil=${pausedUntil}`)).stdout).toBe(
    `emails are paused until ${pausedUntil} for user ${userId}\n`,
  )
  const { stdout } = await run('mara', 'hour=null', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ userId, pausedUntil, source: 'user' })
  expect(await db.select().from(preferences)).toMatchObject([{ userId, updatedBy: 'cli' }])
})
