import { expect, test } from 'vitest'
import { userPrivacySettings } from '../../src/db/schema.ts'
import { makeFolder, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { addEmail } from '../support/evaluate.ts'
import { addDueUsers, addNotification, addUser } from '../support/host.ts'
import { mailEnv } from '../support/mail.ts'
import { openProvider } from '../support/service.ts'
import { accepted, claimNow, record } from '../support/service-parts.ts'

async function prepare() {
  const database = await createDatabase()
  const env = { ...mailEnv(database, await openProvider()), SHADOW: 'true' }
  const options = { cwd: await makeFolder(), env }
  return { db: database.db, ask: (...args: string[]) => tidings(args, options) }
}

test('compares the old mailer’s emails with those of shadow runs and explains the differences', async () => {
  const { db, ask } = await prepare()
  const both = await addDueUsers(db, 25)
  const missed = await addUser(db, { name: 'mara \u001b[31m' })
  await addNotification(db, missed)
  const optedOut = await addUser(db, { name: 'ines' })
  await db
    .insert(userPrivacySettings)
    .values({ userId: optedOut, notificationEmailsEnabled: false })
  const otherType = await addUser(db, { name: 'otto' })
  await addNotification(db, otherType, { days: 5 })
  // An earlier email of Tidings, and an email of the old mailer before the compared period.
  const ours = await addUser(db)
  await addNotification(db, ours)
  const batch = await claimNow(db, [ours])
  await record(db, batch, accepted(batch))
  await addEmail(db, missed, { days: 3 })

  const run = await ask('run', 'all')
  expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing was sent') })
  expect((await ask('run', 'all', '--json')).stdout).toContain('"shadow": true')
  for (const userId of both) await addEmail(db, userId, { days: 0 })
  await addEmail(db, both[0] ?? '', { days: 0 })
  await addEmail(db, optedOut, { days: 0 })
  await addEmail(db, otherType, { days: 0, emailType: 'outstanding_reminder' })
  await addEmail(db, otherType, { days: 0, success: false, errorMessage: 'no' })

  const [table, json] = await Promise.all([
    ask('compare', '--from', '24h'),
    ask('compare', '--from', '24h', '--json'),
  ])
  expect(table).toMatchObject({ code: 0, stderr: '' })
  expect(table.stdout).toContain('2 shadow runs')
  expect(table.stdout).toMatch(/│ new_notifications +│ +25 │ +1 │ +2 │/)
  expect(table.stdout).toMatch(/│ outstanding_reminder +│ +0 │ +1 │ +0 │/)
  expect(table.stdout).toContain('the first 20; use --json to see all')
  expect(table.stdout).toMatch(/│ ines +│ .* │ Tidings: switched emails off +│/)
  expect(table.stdout).toMatch(/│ mara \[31m .*│ still unread; last email from the old mailer: /)
  expect(table.stdout).not.toContain('@')

  const { types } = JSON.parse(json.stdout)
  expect(types.new_notifications.both).toMatchObject({ count: 25 })
  expect(types.new_notifications.both.people).toHaveLength(25)
  const twice = types.new_notifications.both.people.find(
    (of: { userId: string }) => of.userId === both[0],
  )
  expect(twice).toMatchObject({ oldEmails: 2, tidingsEmails: 1, why: null })
  const why = (type: string, side: string, userId: string) =>
    types[type][side].people.find((of: { userId: string }) => of.userId === userId)?.why
  expect(why('outstanding_reminder', 'onlyOld', otherType)).toBe(
    'Tidings would have sent new_notifications instead',
  )
  expect(why('new_notifications', 'onlyTidings', otherType)).toBe(
    'the old mailer sent outstanding_reminder instead',
  )
}, 60_000)

test('a missing shadow run and invalid times are reported', async () => {
  const { ask } = await prepare()
  const [none, noFrom, wrong, reversed] = await Promise.all([
    ask('compare', '--from', '7d'),
    ask('compare'),
    ask('compare', '--from', 'yesterday'),
    ask('compare', '--from', '1d', '--to', '2d'),
  ])
  expect(none.code).toBe(0)
  expect(none.stderr).toContain('No shadow run in this period: set SHADOW=true')
  expect(noFrom).toMatchObject({ code: 1, stderr: expect.stringContaining('--from <time>') })
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('2026-11-14') })
  expect(reversed).toMatchObject({ code: 1, stderr: expect.stringContaining('--from must be') })
}, 60_000)
