import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { ANSI, makeFolder, STACK, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'

/** Creates an empty database, and the options that run a command on it. */
async function makeEmptyDatabase() {
  const { db, url } = await createDatabase({ template: 'template0' })
  return { db, options: { cwd: await makeFolder(), env: { DATABASE_URL: url } } }
}

test('migrates an empty database; a second time there is nothing to migrate', async () => {
  const { db, options } = await makeEmptyDatabase()

  const first = await tidings(['migrate'], options)
  const second = await tidings(['migrate'], options)

  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout).toMatch(/^migrations applied: [1-9]\d*\n$/)
  expect(first.stdout).not.toMatch(ANSI)
  expect(second).toMatchObject({ code: 0, stdout: 'nothing to migrate\n', stderr: '' })
  const [row] = await db.execute(`select to_regclass('public.notification_emails_sent') is not null
    and to_regclass('tidings.runs') is not null and to_regclass('pgboss.job') is not null as there`)
  expect(row?.there).toBe(true)
})

test('two migrations at once do not conflict', async () => {
  const { db, options } = await makeEmptyDatabase()

  const ended = await Promise.all([tidings(['migrate'], options), tidings(['migrate'], options)])

  expect(ended.map(({ code }) => code)).toEqual([0, 0])
  for (const { stderr } of ended) {
    // The second one says why it waits, if it has to.
    expect(stderr).toMatch(/^(another process is changing this database’s schema;.*\n)?$/)
  }
  const [applied, nothing] = ended.map(({ stdout }) => stdout).sort()
  expect([applied, nothing]).toEqual([
    expect.stringMatching(/^migrations applied: /),
    'nothing to migrate\n',
  ])
  const twice = await db.execute(`select hash from tidings.__drizzle_migrations
    group by hash having count(*) > 1`)
  expect(twice).toEqual([])
})

test('a role that may not create gets the statements that grant it, and then migrates', async () => {
  const { db, url } = await createDatabase({ template: 'template0' })
  const role = `newcomer_${randomUUID().slice(0, 8)}`
  await db.execute(
    `create role ${role} login password 'x'; revoke create on schema public from public`,
  )
  const roleUrl = Object.assign(new URL(url), { username: role, password: 'x' }).href
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: roleUrl } }
  try {
    const refused = await tidings(['migrate'], options)
    expect(refused).toMatchObject({ code: 78, stdout: '' })
    expect(refused.stderr).not.toMatch(STACK)
    const grants = refused.stderr.match(/GRANT CREATE ON .*;/g) ?? []
    expect(grants).toHaveLength(2)
    expect(refused.stderr).toContain('Nothing was changed.')

    await db.execute(grants.join('\n'))
    expect(await tidings(['migrate'], options)).toMatchObject({ code: 0, stderr: '' })
  } finally {
    await db.execute(`drop owned by ${role} cascade; drop role ${role}`)
  }
})

test('a run works on a migrated database without users', async () => {
  const { options } = await makeEmptyDatabase()
  await tidings(['migrate'], options)

  const { code, stdout } = await tidings(['run', 'all', '--json'], options)

  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', counts: { scanned: 0 } })
})
