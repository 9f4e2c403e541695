import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import Table from 'cli-table3'
import { type App, startApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import { reasons } from '../core/scan/reasons.ts'
import { waitForRun } from '../core/trigger/wait-for-run.ts'
import { findInhabitants, seedCommunity } from '../db/demo/seed-community.ts'
import { listVerdicts, type NamedVerdicts } from '../db/scan/list-verdicts.ts'
import { makeCommunity, userIdOf } from '../demo/community.ts'
import { EXIT } from './exit.ts'
import { LOCAL_DIRECTORY, loadConfig } from './load-config.ts'
import { createLogger } from './logger.ts'
import { createProgress } from './progress.ts'
import { runTable, tableLook } from './run-table.ts'
import { untilStopped } from './until-stopped.ts'

/** `demo`: the whole service at work on a made-up community, and its mailbox to look at. */
export async function demo({ exit = false }: { exit?: boolean }): Promise<number> {
  const given = await loadConfig()
  if (given.shadow) {
    console.error('the demo shows emails and in shadow none is sent: unset SHADOW for it')
    return EXIT.misconfigured
  }
  if (given.resend) {
    console.error('the demo mails people who do not exist: unset RESEND_API_KEY for it')
    return EXIT.misconfigured
  }
  const config = await withFreePort(process.env.APP_NAME ? given : inCommunity(given))
  const say = (line: string) => console.log(`  ${line}`)

  heading('Starting')
  const app = await startApp(config, {
    directory: LOCAL_DIRECTORY,
    logger: createLogger(process.env.LOG_LEVEL ?? 'warn'),
    migrate: true,
    schedule: false,
    onProgress: say,
  })
  try {
    const stopped = untilStopped()
    if (!(await settleCommunity(app, say))) return EXIT.misconfigured

    heading('Who is due, and why the others are not')
    console.log(verdictTable(await listVerdicts(app.db, config.rules, 1_000)))

    heading('Sending')
    const progress = createProgress(process.stdout)
    const started = await app.runs.start({ type: 'all', trigger: 'cli' })
    const run = await waitForRun(app.runs, started.id, { onProgress: progress.show, every: 50 })
    progress.end()

    heading('What happened')
    console.log(runTable(run))
    if (run.error) console.error(`the run failed: ${run.error}`)

    heading('Look at it')
    const example = app.mailbox?.example()
    say(`mailbox     ${app.mailbox?.url}`)
    if (example) say(`one email   ${example}`)
    say(`dashboard   ${app.url}/ (its token: ${await whereTokenIs(config)})`)
    if (exit) {
      say('They can be read while the demo runs: npm run demo')
      return run.status === 'completed' ? EXIT.ok : EXIT.failed
    }
    say('Run it again: nobody is mailed twice. Ctrl-C ends it.\n')
    await stopped
    return EXIT.ok
  } finally {
    await app.stop()
  }
}

/** Makes the community in an empty database. False where other people live in it. */
async function settleCommunity(app: App, say: (line: string) => void): Promise<boolean> {
  const inhabitants = await findInhabitants(app.db, userIdOf(0))
  if (inhabitants === 'others') {
    console.error('the database has people of its own; the demo wants an empty one (DATABASE_URL)')
    return false
  }
  const community = makeCommunity()
  if (inhabitants === 'nobody') await seedCommunity(app.db, community)
  const count = community.reduce((sum, member) => sum + member.notifications.length, 0)
  const origin = inhabitants === 'nobody' ? 'made just now' : 'kept from the last demo'
  say(`a community of ${community.length} people with ${count} notifications, ${origin}`)
  return true
}

function verdictTable(people: NamedVerdicts[]): string {
  const groups = Map.groupBy(people, person => {
    if (person.newNotifications === 'due') return 'due: new_notifications'
    if (person.outstandingReminder === 'due') return 'due: outstanding_reminder'
    return `not due: ${reasons[person.outstandingReminder] ?? person.outstandingReminder}`
  })
  const table = new Table({ head: ['', 'people', 'for example'], ...tableLook() })
  for (const [verdict, group] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    const names = group.slice(0, 3).map(person => person.name)
    table.push([verdict, { content: String(group.length), hAlign: 'right' }, names.join(', ')])
  }
  return table.toString()
}

function heading(text: string): void {
  console.log(process.stdout.isTTY ? `\n\u001b[1m${text}\u001b[0m` : `\n${text}`)
}

/** Where the token is to be found; it is printed nowhere. */
async function whereTokenIs({ apiTokens: [apiToken = ''] }: Config): Promise<string> {
  const file = join(LOCAL_DIRECTORY, 'secrets.json')
  const kept = await readFile(file, 'utf8').catch(() => '')
  return `API_TOKEN ${kept.includes(apiToken) ? `in ${file}` : 'as it is set'}`
}

/** Emails of a community that has a name. */
function inCommunity(config: Config): Config {
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
