import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CronExpressionParser } from 'cron-parser'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { PROGRESS } from '../../src/core/events/progress.ts'
import { readEvent } from '../../src/resend/read-event.ts'
import { makeFolder } from '../support/command.ts'
import { addDueUsers, addUser } from '../support/host.ts'
import { providerEvent, WEBHOOK_SECRET } from '../support/provider-event.ts'
import { API_TOKEN, CRON_SECRET, startService } from '../support/service.ts'
import { requireTool } from '../support/tools.ts'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/integrate.md'), 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
)
const blocksIn = (language: string) =>
  blocks.filter(block => block.language === language).map(({ text }) => text)
const [clientCommands = '', webhookCheck = '', composeCommands = ''] = blocksIn('sh')

beforeEach(requireTool('curl'))

/** What the page takes for granted in the host application. */
const hostFiles = {
  'package.json': '{ "type": "module" }',
  'session.ts': "export const getUserId = async (): Promise<string> => process.env.USER_ID ?? ''",
  'express.d.ts':
    "declare module 'express' {\n" +
    '  export interface Request { body: { enabled?: unknown } }\n' +
    '  export interface Response { status(code: number): Response; json(body: unknown): Response }\n}',
  'tsconfig.json': JSON.stringify({
    extends: join(root, 'test/tsconfig.json'),
    compilerOptions: { rootDir: '.', incremental: false },
    include: ['.'],
  }),
}

test('docs/integrate.md: the client, the toggle, the schedule and the webhook work as written', async () => {
  const { app, db, mailbox } = await startService({
    env: { RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET },
  })
  const userId = await addUser(db)
  const folder = await makeFolder()
  const env = {
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
    HOME: folder,
    TIDINGS_URL: app.url,
    TIDINGS_API_TOKEN: API_TOKEN,
    CRON_SECRET,
    USER_ID: userId,
  }
  const bash = (script: string, more = {}) =>
    execute('bash', ['-euc', script], { cwd: folder, env: { ...env, ...more } })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const named = blocksIn('ts').map(text => [/^\/\/ (\S+)\n/.exec(text)?.[1] ?? '', text] as const)
  for (const [name, text] of [...named, ...Object.entries(hostFiles)]) {
    await mkdir(join(folder, dirname(name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }

  // A typed client
  const [generate = '', install] = clientCommands.split('\n')
  const api = join(root, 'test/support/typescript-api.ts')
  await bash(generate.replace('npx ', ''), { NODE_OPTIONS: `--import=${api}` })
  expect(install).toBe('npm install openapi-fetch')
  expect(await readFile(join(folder, 'tidings-api.ts'), 'utf8')).toContain('startRun')
  await execute('tsc', ['--project', folder], { env })

  // The toggle and the Next.js route
  const host = fileURLToPath(new URL('./host-application.ts', import.meta.url))
  const { stdout } = await execute(process.execPath, [host], { cwd: folder, env })
  const settings = (enabled: boolean, source = 'user') => ({
    status: 200,
    json: { userId, notificationEmailsEnabled: enabled, source, suppressed: null },
  })
  const results = JSON.parse(stdout)
  expect(results).toEqual({
    runId: expect.any(String),
    byDefault: settings(true, 'default'),
    afterAction: settings(false),
    afterRoute: settings(true),
    afterSecondAction: settings(true),
    cron: { status: 202, text: expect.stringContaining('"status"') },
    cronWithoutSecret: { status: 401, text: 'Unauthorized' },
    unknownUser: { status: 404, json: { error: 'user_not_found' } },
  })
  expect(await app.runs.find(results.runId)).not.toBeNull()

  // The column, written by the host itself, counts for the next run
  const [silent = '', due] = await addDueUsers(db, 2)
  const [write = ''] = blocksIn('sql')
  await db.execute(sql.raw(write.replace('00000000-0000-4000-8000-000000000000', silent)))

  // GitHub Actions and crontab
  const [workflow] = blocksIn('yaml').map(text => parse(text))
  const [{ cron }] = workflow.on.schedule
  const [step] = workflow.jobs.send.steps
  expect(Object.keys(step.env)).toEqual(['TIDINGS_URL', 'CRON_SECRET'])
  expect(JSON.parse((await bash(step.run)).stdout)).toMatchObject({ success: true })
  expect(mailbox.emails().flatMap(({ to }) => to)).toEqual([`${due}@example.com`])
  await expect(bash(step.run, { CRON_SECRET: 'wrong' })).rejects.toThrow(/401/)
  const [, line = ''] = blocksIn('crontab')[0]?.trim().split('\n') ?? []
  const [, times = '', command = ''] = /^((?:\S+ ){5})(.*)$/.exec(line) ?? []
  expect(times.trim()).toBe(cron)
  expect(CronExpressionParser.parse(cron).fields.hour.values).toEqual([0, 8, 16])
  await writeFile(join(folder, 'tidings-secret.env'), `CRON_SECRET=${CRON_SECRET}\n`)
  const job = await execute('sh', ['-c', command], { env: { ...env, CRON_SECRET: '' } })
  expect(JSON.parse(job.stdout)).toMatchObject({ success: true, emailsSent: 0 })
  // cron would cut the command at a percent sign.
  expect(command).not.toContain('%')

  // The webhook
  expect((await bash(webhookCheck)).stdout).toBe('401\n')
  const [, list = ''] = /^2\. Events: (.*?)\. /m.exec(page) ?? []
  const events = [...list.matchAll(/`(.+?)`/g)].map(([, name = '']) => name)
  const reported = events.map(name => readEvent('msg_1', providerEvent(name))?.progress)
  expect(new Set(reported)).toEqual(new Set(PROGRESS))
})

test('docs/integrate.md: the compose commands name files that exist and this version', () => {
  const files = [...composeCommands.matchAll(/deploy\/[\w.]+/g)].map(([file]) => file)
  const missing = files.filter(file => !existsSync(join(root, file)))
  expect(missing).toEqual(['deploy/tidings.env'])
  expect(composeCommands).toContain(`docker build --tag tidings:${packageJson.version} .`)
  expect(blocks).toHaveLength(10)
})
