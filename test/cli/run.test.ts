import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { ANSI, makeFolder, STACK, start, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { addDueUsers, addNotification, addUser, readAttempts } from '../support/host.ts'
import { mailEnv } from '../support/mail.ts'
import { openProvider, startService } from '../support/service.ts'

async function prepare() {
  const database = await createDatabase()
  const provider = await openProvider()
  const options = { cwd: await makeFolder(), env: mailEnv(database, provider) }
  return { db: database.db, mailbox: provider.mailbox, options }
}

test('run all --json emails all due users and prints only the run', async () => {
  const { db, mailbox, options } = await prepare()
  await addDueUsers(db, 3)
  await addNotification(db, await addUser(db), { days: 40 })

  const { code, stdout, stderr } = await tidings(['run', 'all', '--json'], options)

  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    type: 'all',
    trigger: 'cli',
    status: 'completed',
    counts: { scanned: 4, due: 4, sent: 4, failed: 0, unknown: 0 },
  })
  expect(mailbox.count).toBe(4)
  expect(stderr).not.toMatch(STACK)
})

test('without a terminal, table and progress are plain lines', async () => {
  const { db, options } = await prepare()
  await addDueUsers(db, 2)

  const { code, stdout, stderr } = await tidings(['run', 'new_notifications'], options)

  expect(code).toBe(0)
  expect(stdout + stderr).not.toMatch(ANSI)
  expect(stdout + stderr).not.toContain('\r')
  expect(stdout).toMatch(/accepted\W+2\b/)
  expect(stdout).not.toContain('outstanding_reminder')
  expect(stderr).toMatch(/^completed: 2 scanned, 2 of 2 due done$/m)
})

test('a dry run counts the due users and sends nothing', async () => {
  const { db, mailbox, options } = await prepare()
  await addDueUsers(db, 2)

  const { code, stdout } = await tidings(['run', 'new_notifications', '--dry-run'], options)

  expect(code).toBe(0)
  expect(stdout).toMatch(/would be emailed\W+2\b/)
  expect(mailbox.requests).toBe(0)
  expect(await readAttempts(db)).toEqual([])
})

test('a dry run does not work on queued runs', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const { app, db, mailbox, provider } = service
  await addDueUsers(db, 2)
  const { id } = await app.runs.start({ type: 'all', trigger: 'http' })
  const env = mailEnv(service, provider)

  const { code } = await tidings(['run', 'all', '--dry-run'], { cwd: await makeFolder(), env })

  expect(code).toBe(0)
  expect(mailbox.requests).toBe(0)
  expect(await app.runs.find(id)).toMatchObject({ status: 'queued' })
})

test('--user limits the run to these users and can be repeated', async () => {
  const { db, options } = await prepare()
  const [first = '', second = ''] = await addDueUsers(db, 4)

  const args = ['run', 'all', '--json', '--user', first, '--user', second]
  const { code, stdout } = await tidings(args, options)

  expect(code).toBe(0)
  expect(JSON.parse(stdout).counts).toMatchObject({ scanned: 2, due: 2, sent: 2 })
  const emailed = (await readAttempts(db)).map(attempt => attempt.userId)
  expect(emailed.sort()).toEqual([first, second].sort())
})

test('an unknown user is counted, not an error', async () => {
  const { options } = await prepare()

  const { code, stdout } = await tidings(['run', 'all', '--user', randomUUID()], options)

  expect(code).toBe(0)
  expect(stdout).toMatch(/no such user\W+1\b/)
})

test('an invalid user id is a usage error', async () => {
  const { options } = await prepare()

  const { code, stdout, stderr } = await tidings(['run', 'all', '--user', 'mara'], options)

  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/--user.*mara.*UUID/s)
  expect(stderr).toMatch(/Usage: /)
  expect(stderr).not.toMatch(STACK)
})

test('exits with 1 when an email failed, and prints the counts', async () => {
  const { db, mailbox, options } = await prepare()
  await addDueUsers(db, 1)
  await addNotification(db, await addUser(db), { days: 40 })
  const match = { body: 'outstanding_reminder' }
  mailbox.setFault({ kind: 'status', status: 422, name: 'validation_error', match })

  const { code, stdout, stderr } = await tidings(['run', 'all', '--json'], options)

  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', counts: { sent: 1, failed: 1 } })
  expect(stderr).not.toMatch(STACK)
})

test('a refused key is reported at once with its fix; an interrupt ends the wait', async () => {
  const { db, mailbox, options } = await prepare()
  await addDueUsers(db, 1)
  mailbox.setFault({ kind: 'status', status: 401, name: 'invalid_api_key', message: 'no such key' })

  const command = start(['run', 'all'], options)
  await command.says(
    /^Sending is stopped: invalid_api_key: no such key \(fix it .+\)\. The run waits/m,
  )
  command.child.kill('SIGINT')
  const { code, stderr } = await command.ended

  expect(code).toBe(1)
  expect(stderr).toContain('Interrupted: ')
  expect(stderr).not.toMatch(STACK)
})

test('several processes work on the runs, and no user is emailed twice', async () => {
  const { db, mailbox, options } = await prepare()
  await addDueUsers(db, 60)

  const ended = await Promise.all([1, 2, 3].map(() => tidings(['run', 'all', '--json'], options)))

  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(mailbox.count).toBe(60)
})
