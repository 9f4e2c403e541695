import { expect, test } from 'vitest'
import { ANSI, makeFolder, STACK, start, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { addAttempt, failed } from '../support/history.ts'
import { addNotification, addUser } from '../support/host.ts'
import { mailEnv } from '../support/mail.ts'
import { openProvider } from '../support/service.ts'
import { accepted, claimNow, record } from '../support/service-parts.ts'

async function prepare() {
  const database = await createDatabase()
  const options = { cwd: await makeFolder(), env: mailEnv(database, await openProvider()) }
  return { db: database.db, options }
}

const minutesAgo = (minutes: number) => ({ sentAt: new Date(Date.now() - minutes * 60_000) })

test('audit, explain and erase find a user by id, address or name', {
  timeout: 90_000,
}, async () => {
  const { db, options } = await prepare()
  const mara = await addUser(db, { email: 'mara@example.com', name: 'mara' })
  const other = await addUser(db)
  const notification = await addNotification(db, mara)
  const batch = await claimNow(db, [mara])
  await record(db, batch, accepted(batch))
  await addAttempt(db, mara, { ...minutesAgo(50), ...failed('validation_error: \u001b[31mno\n') })
  await addAttempt(db, other, { ...minutesAgo(70), ...failed('=1+1') })

  const table = await tidings(['audit'], options)
  expect(table).toMatchObject({ code: 0, stderr: '' })
  expect(table.stdout).not.toMatch(ANSI)
  const rows = table.stdout.split('\n').filter(line => line.includes('new_notifications'))
  expect(rows[0]).toMatch(/ mara@example\.com +│ accepted +│ 1 │ For mara +│$/)
  expect(rows[1]).toMatch(/ mara@example\.com +│ failed +│ 0 │ validation_error: \[31mno +│$/)
  expect(
    new Set(
      table.stdout
        .trim()
        .split('\n')
        .map(line => line.length),
    ).size,
  ).toBe(1)

  const ask = (...args: string[]) => tidings(args, options)
  const userFilters = [
    ['--user', 'mara@example.com'],
    ['--user', 'mara', '--from', '24h'],
    ['--user', mara.toUpperCase(), '--type', 'new_notifications'],
  ]
  const [first, second, third, formula, json, none, user, explained, explainedJson, unconfirmed] =
    await Promise.all([
      ...userFilters.map(args => ask('audit', '--csv', ...args)),
      ask('audit', '--format', 'csv', '--error', '=1+1'),
      ask('audit', '--json', '--success', '--notification', notification),
      ask('audit', '--json', '--run', notification),
      ask('audit', '--format', 'json', '--user', 'mara'),
      ask('explain', 'mara'),
      ask('explain', mara, '--json'),
      ask('erase', 'mara'),
    ])
  for (const csv of [first, second, third]) {
    expect(csv?.stdout.match(/^[\da-f-]{36},/gm)).toHaveLength(2)
  }
  expect(formula?.stdout).toContain(",failed,'=1+1,")
  expect(JSON.parse(json?.stdout ?? '')).toMatchObject([{ userId: mara, outcome: 'accepted' }])
  expect(JSON.parse(none?.stdout ?? '')).toEqual([])
  expect(JSON.parse(user?.stdout ?? '')).toMatchObject({
    userId: mara,
    user: { email: 'mara@example.com' },
    attempts: [{ outcome: 'accepted' }, { outcome: 'failed' }],
    deliveries: [{ address: 'mara@example.com', content: { subject: 'For mara' } }],
  })
  expect(explained?.stdout).toMatch(
    /^new_notifications {2}not due: nothing new since the last email$/m,
  )
  expect(explained?.stdout).toMatch(
    /^ {3}no {2}something_new .*; it is carried by the new_notifications email of /m,
  )
  expect(explained?.stdout).not.toMatch(ANSI)
  expect(JSON.parse(explainedJson?.stdout ?? '')).toMatchObject({ userId: mara, name: 'mara' })
  expect(unconfirmed).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') })
  expect(await ask('erase', 'mara', '--yes')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 delivery\n'),
  })
  const ownRows = await ask('erase', 'mara', '--rows', '--yes')
  expect(ownRows).toMatchObject({ code: 1, stdout: '' })
  expect(ownRows.stderr).toMatch(
    /^the role \S+ may not delete .* run "GRANT DELETE ON .*;" as the owner of the table, or connect as the owner\. Nothing was changed\.\n$/,
  )
})

test('an invalid option is reported with its name', async () => {
  const { options } = await prepare()
  const wrong: [string[], RegExp][] = [
    [['audit', '--user', 'nobody'], /--user: no user .* 'nobody'/],
    [['audit', '--type', 'news'], /--type <type>.*Allowed choices/],
    [['audit', '--from', '2026-02-30x'], /--from <time>.*It must be a time/],
    [['audit', '--from', '1d', '--to', '2d'], /--from must be a time before --to/],
    [['audit', '--success', '--failed'], /--success.*--failed/],
    [['audit', '--json', '--csv'], /--json.*--csv/],
    [['audit', '--limit', '0'], /--limit <n>.*whole number/],
    [['explain', 'nobody'], /USER: no user .* 'nobody'/],
  ]
  const ended = await Promise.all(wrong.map(([args]) => tidings(args, options)))
  for (const [at, { code, stdout, stderr }] of ended.entries()) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(wrong[at]?.[1] ?? /never/)
    expect(stderr).not.toMatch(STACK)
  }
})

test('--watch prints new attempts and changed outcomes until an interrupt or a closed pipe', async () => {
  const { db, options } = await prepare()
  const mara = await addUser(db, { email: 'mara@example.com' })
  await addNotification(db, mara)
  await addAttempt(db, mara, { ...minutesAgo(90), ...failed('validation_error: before') })

  const watch = start(['audit', '--watch'], options)
  const closed = start(['audit', '--watch', '--json'], options)
  await watch.says(/validation_error: before$/m)
  await closed.says(/validation_error: before/)
  closed.child.stdout?.destroy()

  const batch = await claimNow(db, [mara])
  await watch.says(/mara@example\.com +pending +1 {2}pending: the request may be in flight$/m)
  await record(db, batch, accepted(batch))
  await watch.says(/mara@example\.com +accepted +1 {2}For /m)
  watch.child.kill('SIGINT')

  const { code, stdout, stderr } = await watch.ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).not.toMatch(ANSI)
  expect(stdout.match(/validation_error: before/g)).toHaveLength(1)
  expect(stdout.trim().split('\n')).toHaveLength(4)
  expect(await closed.ended).toMatchObject({ code: 0, stderr: '' })
})
