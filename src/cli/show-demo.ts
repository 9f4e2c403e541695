import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type App, startApp } from '../app/start-app.ts'
import type { Config } from '../config/config.ts'
import { secretsOf } from '../config/secrets-of.ts'
import { counted } from '../core/counted.ts'
import { waitForRun } from '../core/runs/wait-for-run.ts'
import { listDemoUsers } from '../db/demo/list-users.ts'
import { findExistingUsers, insertSeedUsers } from '../db/demo/seed-users.ts'
import { LINK_MINUTES } from '../http/dashboard/sign-in-links.ts'
import { createSeedUsers, userIdOf } from '../local/demo/demo-users.ts'
import { EXIT } from './exit.ts'
import { LOCAL_DIRECTORY, loadConfig } from './load-config.ts'
import { createLogger } from './logger.ts'
import { type Output, say } from './output.ts'
import { createProgress } from './progress.ts'
import { runTable } from './run-table.ts'
import { untilSignal } from './until-signal.ts'
import { demoUsersTable } from './users-table.ts'

export interface DemoOptions {
  /** Exit when the emails are sent. */
  exit?: boolean
}

/** Starts the service, creates the demo users, emails them and shows the result. */
export async function showDemo({ exit = false }: DemoOptions, output: Output): Promise<number> {
  const loaded = await loadConfig()
  if (loaded.shadow) {
    say('The demo sends emails, and in shadow none are sent: unset SHADOW')
    return EXIT.misconfigured
  }
  if (loaded.resend) {
    say('The demo sends emails to made-up addresses: unset RESEND_API_KEY')
    return EXIT.misconfigured
  }
  if (loaded.rules.deliverOnly) {
    say('the demo emails made-up users: unset DELIVER_ONLY for it')
    return EXIT.misconfigured
  }
  const config = await withFreePort(process.env.APP_NAME ? loaded : withDemoName(loaded))
  const heading = (text: string) => output.print('', output.paint('bold', text))

  await heading('Starting')
  const app = await startApp(config, {
    directory: LOCAL_DIRECTORY,
    logger: createLogger(process.env.LOG_LEVEL ?? 'warn', secretsOf(config)),
    migrate: true,
    schedule: false,
    signInLinks: !exit,
    onProgress: line => void output.print(`  ${line}`),
  })
  try {
    const stopped = untilSignal()
    if (!(await seedIfEmpty(app, output))) return EXIT.misconfigured

    await heading('Who is due, and why the others are not')
    await output.print(...demoUsersTable(await listDemoUsers(app.db, config.rules), output))

    await heading('Sending')
    const progress = createProgress(process.stdout)
    const started = await app.runs.start({ type: 'all', trigger: 'cli' })
    const run = await waitForRun(app.runs, started.id, { onProgress: progress.show, every: 50 })
    progress.end()

    await heading('What happened')
    await output.print(...runTable(run, output))
    if (run.error) say(`The run failed: ${run.error}`)

    await heading('Where to look')
    await output.print(...placesOf(app), ...(exit ? [] : await signInOf(app, config)))
    if (exit) {
      await output.print('  These pages are open while the demo runs: npm run demo')
      return run.status === 'completed' ? EXIT.ok : EXIT.failed
    }
    await output.print('  Run the demo again: no user is emailed twice. Press Ctrl-C to stop.', '')
    await stopped
    return EXIT.ok
  } finally {
    await app.stop()
  }
}

/** Creates the demo users in an empty database. False if the database has other users. */
async function seedIfEmpty(app: App, { print }: Output): Promise<boolean> {
  const existing = await findExistingUsers(app.db, userIdOf(0))
  if (existing === 'others') {
    say('The database has users of its own; the demo needs an empty one (DATABASE_URL)')
    return false
  }
  const users = createSeedUsers()
  if (existing === 'nobody') await insertSeedUsers(app.db, users)
  const count = users.reduce((sum, user) => sum + user.notifications.length, 0)
  const origin = existing === 'nobody' ? 'created just now' : 'kept from the last demo'
  await print(
    `  ${counted(users.length, 'user')} with ${counted(count, 'notification')}, ${origin}`,
  )
  return true
}

function placesOf({ mailbox }: App): string[] {
  const example = mailbox?.example()
  return [`  mailbox    ${mailbox?.url}`, ...(example ? [`  one email  ${example}`] : [])]
}

async function signInOf(app: App, config: Config): Promise<string[]> {
  const link = app.signInLink()
  if (!link) {
    const hint = await tokenHint(config)
    return [`  dashboard  ${app.url}/`, `             Sign in with ${hint}.`]
  }
  const scope = `once, on this machine, within ${LINK_MINUTES} min`
  return [`  dashboard  ${link}`, `             The link signs you in ${scope}.`]
}

/** Where to find the token when there is no sign-in link. */
async function tokenHint({ apiTokens: [apiToken = ''] }: Config): Promise<string> {
  const file = join(LOCAL_DIRECTORY, 'secrets.json')
  const secrets = await readFile(file, 'utf8').catch(() => '')
  return secrets.includes(apiToken) ? `the API_TOKEN in ${file}` : 'the value of API_TOKEN'
}

/** Gives the demo's emails the name of an application. */
function withDemoName(config: Config): Config {
  return { ...config, appName: 'EPTSS', emailFrom: config.emailFrom.replace(/^Tidings/, 'EPTSS') }
}

/** Uses a free port if the default one is taken, so that a first demo does not fail. */
async function withFreePort(config: Config): Promise<Config> {
  if (config.portGiven || (await canListen(config.host, config.port))) return config
  const port = await canListen(config.host, 0)
  return port ? { ...config, port, publicUrl: `http://localhost:${port}` } : config
}

/** Resolves to the port, or to null if it is taken. */
function canListen(host: string, port: number): Promise<number | null> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(null))
    probe.listen(port, host, () => {
      const address = probe.address()
      probe.close(() => resolve(address && typeof address === 'object' ? address.port : null))
    })
  })
}
