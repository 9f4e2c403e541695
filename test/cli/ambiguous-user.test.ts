import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { matchUsers } from '../../src/db/recipients/match-users.ts'
import { makeFolder, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { describeHost } from '../support/foreign-host.ts'
import { addUser } from '../support/host.ts'

test('a command refuses an address of several users, names them all, and changes nothing', async () => {
  const { db, url } = await createDatabase()
  await db.execute(sql`alter table users drop constraint users_email_unique`)
  const mara = await addUser(db, { name: 'mara', email: 'Shared@example.com' })
  const jo = await addUser(db, { name: 'jo', email: 'shared@Example.com' })
  const named = await addUser(db, { name: 'shared@example.com', email: 'x@example.com' })
  await addUser(db, { name: 'other', email: 'not-shared@example.com' })
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url } }
  const before = await describeHost(db)
  const who = 'SHARED@example.com'

  const ended = await Promise.all(
    [
      ['erase', who, '--yes'],
      ['explain', who],
      ['audit', '--user', who],
      ['settings', who, 'off'],
      ['preview', 'new_notifications', '--user', who],
    ].map(args => tidings(args, options)),
  )

  for (const { code, stdout, stderr } of ended) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`'${who}' is the address or user name of 2 users; nothing was changed`)
    expect(stderr).toContain('Use the id of one of them:')
    expect(stderr).toContain(`  ${mara}  mara (mara), Shared@example.com\n`)
    expect(stderr).toContain(`  ${jo}  jo (jo), shared@Example.com\n`)
  }
  expect(await describeHost(db)).toEqual(before)
  // One user's name may be another's address.
  const matched = await matchUsers(db, 'shared@example.com')
  expect(matched.map(({ userId }) => userId).sort()).toEqual([mara, jo, named].sort())
})
