import { eq } from 'drizzle-orm'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { providerAccounts, suppressions, userPrivacySettings } from '../../src/db/schema.ts'
import { findControlCharacters, linesOf, withoutOwnEscapes } from '../support/bytes.ts'
import { call } from '../support/client.ts'
import { type CommandOptions, type Ended, makeFolder, start, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { addEmail } from '../support/evaluate.ts'
import { makeHost } from '../support/foreign-host.ts'
import { addAttempt, failed } from '../support/history.ts'
import { addNotification, addUser } from '../support/host.ts'
import { mailEnv } from '../support/mail.ts'
import { API_TOKEN, openProvider } from '../support/service.ts'

/** Clears the screen, sets the title, blinks (C1 byte), overwrites the line, reverses the text. */
const HOSTILE = 'x\u001b[2J\u001b]0;owned\u0007\u009b5m\u0085\rFAKE\u202ey'
/** Gets no email, and is shown by several commands. */
const ODD_ADDRESS = `m\u001b[2J\u009b5mowned${'w'.repeat(40)}@example.com`
const SCREEN = 80

/** A command, and a text that its output has only if the hostile text reached it. */
interface CommandCase {
  args: string[]
  proof: RegExp
  columns?: number
}

const onScreen = (args: string[], proof = /owned/): CommandCase => ({
  args,
  proof,
  columns: SCREEN,
})
const onPipe = (args: string[], proof = /owned/): CommandCase => ({ args, proof })

const tested = new Set<string>()

async function expectClean(options: CommandOptions, one: CommandCase) {
  const { args, columns } = one
  tested.add(args[0] ?? '')
  const ended = await tidings(args, columns ? { ...options, columns } : options)
  expectNoEscapes(one, ended)
}

/** Runs five at a time, since each is a process. */
async function expectAllClean(options: CommandOptions, all: CommandCase[]): Promise<void> {
  for (let at = 0; at < all.length; at += 5) {
    await Promise.all(all.slice(at, at + 5).map(one => expectClean(options, one)))
  }
}

/** Commands that format their output for the terminal's width; the others print data or sentences. */
const FORMATTED = ['audit', 'explain', 'doctor', 'compare', 'run', 'adopt', 'suppressions']

function expectNoEscapes({ args, proof, columns }: CommandCase, { stdout, stderr }: Ended): void {
  const what = `${args.join(' ')}:\n${JSON.stringify(stdout + stderr)}`
  expect(findControlCharacters(stdout), what).toEqual([])
  expect(findControlCharacters(stderr), what).toEqual([])
  expect(withoutOwnEscapes(stdout + stderr), what).toMatch(proof)
  if (columns && FORMATTED.includes(args[0] ?? '') && !args.includes('--csv')) {
    const wide = linesOf(stdout).filter(line => stringWidth(line) > columns)
    expect(wide, what).toEqual([])
  }
}

async function prepare() {
  const database = await createDatabase()
  const provider = await openProvider()
  const env = { ...mailEnv(database, provider), API_TOKEN, LOG_LEVEL: 'info' }
  const options = { cwd: await makeFolder(), env }
  const { db } = database
  const mara = await addUser(db, {
    name: `${HOSTILE} ${'田W'.repeat(40)}`,
    email: `mowned${'w'.repeat(40)}@example.com`,
  })
  const notify = () =>
    addNotification(db, mara, { title: HOSTILE, message: `${HOSTILE}\n${HOSTILE}` })
  const refuse = (status: number, name: string) =>
    provider.mailbox.setFault({ kind: 'status', status, name, message: HOSTILE, times: 99 })
  await notify()
  const open = () =>
    db.update(providerAccounts).set({ stoppedReason: null, stoppedUntil: null, stoppedAt: null })
  await addAttempt(db, mara, failed(`validation_error: ${HOSTILE} ${'long '.repeat(40)}`))
  return { db, mara, notify, refuse, open, options }
}

test('hostile texts reach no terminal as escapes and break no layout, for every command', {
  timeout: 240_000,
}, async () => {
  const { db, mara, notify, refuse, open, options } = await prepare()
  const silent = await addUser(db, { name: 'silent', email: ODD_ADDRESS })
  await db.insert(userPrivacySettings).values({ userId: silent, notificationEmailsEnabled: true })

  // The provider's message is stored with the attempt and logged.
  refuse(422, 'validation_error')
  await expectClean(options, onScreen(['run', 'all'], /failed +│ +1/))
  for (const columns of [SCREEN, undefined]) {
    await open()
    refuse(401, 'invalid_api_key')
    const server = start(['serve'], { ...options, ...(columns && { columns }) })
    const [, url = ''] = await server.says(/"?url"?: ?"([^"]+)"/)
    await call({ app: { url } }, '/v1/runs', { json: { type: 'all' } })
    await server.says(/owned/)
    server.child.kill('SIGTERM')
    tested.add('serve')
    expectNoEscapes({ args: ['serve'], proof: /owned/ }, await server.ended)
  }
  await open()
  const shadow = { ...options, env: { ...options.env, SHADOW: 'true' } }
  await expectClean(shadow, onPipe(['run', 'all', '--json'], /"shadow": true/))
  await addEmail(db, silent, { days: 0 })

  await db.insert(suppressions).values({ address: ODD_ADDRESS.toLowerCase(), reason: HOSTILE })
  await db
    .update(providerAccounts)
    .set({ stoppedReason: `nope: ${HOSTILE}`, stoppedAt: new Date(), stoppedUntil: 'resumed' })
    .where(eq(providerAccounts.name, 'resend'))
  await notify()
  await expectAllClean(options, [
    ...[onScreen(['audit']), onScreen(['audit', '--csv']), onPipe(['audit', '--json'])],
    onPipe(['audit', '--json', '--user', mara]),
    ...[onScreen(['explain', silent]), onPipe(['explain', mara, '--json'])],
    onScreen(['explain', `no${HOSTILE}`]),
    ...[onScreen(['doctor']), onPipe(['doctor', '--json'])],
    ...[onScreen(['compare', '--from', '1d']), onPipe(['compare', '--from', '1d', '--json'])],
    ...[
      onScreen(['settings', silent]),
      onScreen(['preferences', silent, `${HOSTILE}=1`]),
      onScreen(['preview', 'new_notifications', '--user', mara]),
    ],
    ...[onScreen(['suppressions', 'list']), onPipe(['suppressions', 'list', '--json'])],
    onScreen(['suppressions', 'add', `no${HOSTILE}`]),
    onScreen(['grants', '--role', HOSTILE.slice(0, 20)]),
    onPipe(['completion', 'bash'], /complete -F/),
    onScreen(['demo', '--exit'], /unset RESEND_API_KEY/),
    onScreen(['mailbox', 'fault', 'off'], /unset RESEND_API_KEY/),
  ])
  await Promise.all(
    [
      ['run', 'all'],
      ['audit', '--watch'],
    ].map(async args => {
      const waiting = start(args, { ...options, columns: SCREEN })
      await waiting.says(/owned/)
      waiting.child.kill('SIGINT')
      expectNoEscapes(onScreen(args), await waiting.ended)
    }),
  )
  await db.update(providerAccounts).set({ publicUrl: `https://example.com/${HOSTILE}` })
  await expectClean(options, onScreen(['moved']))
  await db.update(providerAccounts).set({ publicUrl: null })
  await expectClean(options, onScreen(['resume']))
  await expectClean(options, onScreen(['erase', mara, '--yes'], /Erased the data/))
  await Promise.all([expectAdoptionClean(options.cwd), expectMigrationClean(options.cwd)])

  const help = await tidings(['--help'], options)
  const commands = [...help.stdout.matchAll(/^ {2}(\w+)(?= )/gm)].map(([, name]) => name)
  expect(new Set(commands.filter(name => name !== 'help'))).toEqual(tested)
})

async function expectAdoptionClean(cwd: string): Promise<void> {
  const odd = `"odd${HOSTILE}" text not null`
  const host = await makeHost({ changes: `alter table notification_emails_sent add ${odd}` })
  const options = { cwd, env: { DATABASE_URL: host.ownerUrl } }
  const dryRuns = [onScreen(['adopt', '--dry-run']), onPipe(['adopt', '--dry-run', '--json'])]
  await expectAllClean(options, dryRuns)
}

async function expectMigrationClean(cwd: string): Promise<void> {
  const { db, ownerUrl } = await createDatabase({ template: 'template0' })
  await db.execute(`create function no() returns event_trigger language plpgsql
    as $$ begin raise exception '%', '${HOSTILE}'; end $$`)
  await db.execute('create event trigger no on ddl_command_start execute function no()')
  // The trigger's message is the host's text, which no error may show.
  const raised = onScreen(['migrate'], /raised by PL\/pgSQL function public\.no/)
  await expectClean({ cwd, env: { DATABASE_URL: ownerUrl } }, raised)
}
