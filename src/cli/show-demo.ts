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
import { createSeedUsers, userIdOf } from '../local/demo/community.ts'
import { EXIT } from './exit.ts'
import { LOCAL_DIRECTORY, loadConfig } from './load-config.ts'
import { createLogger } from './logger.ts'
import { type Output, say } from './output.ts'
import { createProgress } from './progress.ts'
import { runTable } from './run-table.ts'
import { untilSignal } from './until-signal.ts'
import { demoUsersTable } from './users-table.ts'

export interface DemoOptions {
  /** Ends when the emails are sent. */
  exit?: boolean
}

/** Starts the service, makes the community, mails it and shows what happened. */
export async function showDemo({ exit = false }: DemoOptions, output: Output): Promise<number> {
  const given = await loadConfig()
  if (given.shadow) {
    say('the demo shows emails and in shadow none is sent: unset SHADOW for it')
    return EXIT.misconfigured
  }
  if (given.resend) {
    say('the demo mails people who do not exist: unset RESEND_API_KEY for it')
    return EXIT.misconfigured
  }
  if (given.rules.deliverOnly) {
    say('the demo emails made-up users: unset DELIVER_ONLY for it')
    return EXIT.misconfigured
  }
  const config = await withFreePort(process.env.APP_NAME ? given : withDemoName(given))
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
    if (run.error) say(`the run failed: ${run.error}`)

    await heading('Look at it')
    await output.print(...placesOf(app), ...(exit ? [] : await signInOf(app, config)))
    if (exit) {
      await output.print('  They can be read while the demo runs: npm run demo')
      return run.status === 'completed' ? EXIT.ok : EXIT.failed
    }
    await output.print('  Run it again: nobody is mailed twice. Ctrl-C ends it.', '')
    await stopped
    return EXIT.ok
  } finally {
    await app.stop()
  }
}

/** Makes the community in an empty database. False where other people live in it. */
async function seedIfEmpty(app: App, { print }: Output): Promise<boolean> {
  const inhabitants = await findExistingUsers(app.db, userIdOf(0))
  if (inhabitants === 'others') {
    say('the database has people of its own; the demo wants an empty one (DATABASE_URL)')
    return false
  }
  const community = createSeedUsers()
  if (inhabitants === 'nobody') await insertSeedUsers(app.db, community)
  const count = community.reduce((sum, member) => sum + member.notifications.length, 0)
  const people = `${counted(community.length, 'person', 'people')} with ${counted(count, 'notification')}`
  const origin = inhabitants === 'nobody' ? 'made just now' : 'kept from the last demo'
  await print(`  a community of ${people}, ${origin}`)
  return true
}

function placesOf({ mailbox }: App): string[] {
  const example = mailbox?.example()
  return [`  mailbox    ${mailbox?.url}`, ...(example ? [`  one email  ${example}`] : [])]
}

async function signInOf(app: App, config: Config): Promise<string[]> {
  const link = app.signInLink()
  if (!link) {
    return [`  dashboard  ${app.url}/`, `             Its token is ${await whereTokenIs(config)}.`]
  }
  const what = `signs in once, on this machine, within ${LINK_MINUTES} min`
  return [`  dashboard  ${link}`, `             The link ${what}.`]
}

/** Where there are no links, as with a database of one's own. */
async function whereTokenIs({ apiTokens: [apiToken = ''] }: Config): Promise<string> {
  const file = join(LOCAL_DIRECTORY, 'secrets.json')
  const kept = await readFile(file, 'utf8').catch(() => '')
  return kept.includes(apiToken) ? `API_TOKEN in ${file}` : 'what API_TOKEN is set to'
}

/** Emails of a community that has a name. */
function withDemoName(config: Config): Config {
  return { ...config, appName: 'EPTSS', emailFrom: config.emailFrom.replace(/^Tidings/, 'EPTSS') }
}

/** The default port gives way when it is taken: a first look must not fail on it. */
async function withFreePort(config: Config): Promise<Config> {
  if (config.portGiven || (await canListen(config.host, config.port))) return config
  const port = await canListen(config.host, 0)
  return port ? { ...config, port, publicUrl: `http://localhost:${port}` } : config
}

/** The port that could be had, or null. */
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
