import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import stringWidth from 'string-width'
import { expect, onTestFinished, test } from 'vitest'
import { readPostmaster, stopServer } from '../../src/local/postgres/postmaster.ts'
import { linesOf } from '../support/bytes.ts'
import { homeOf, isRunning, serverPid } from '../support/cluster-folder.ts'
import { ANSI, makeFolder, STACK, start, tidings } from '../support/command.ts'

/** Creates a folder for the demo; its PostgreSQL is stopped when the test ends. */
async function makeDemoFolder(): Promise<{ cwd: string; cluster: string }> {
  const cwd = await makeFolder()
  // When root runs the test, PostgreSQL runs as another user, which must reach its folder.
  await chmod(cwd, 0o755)
  const cluster = join(cwd, '.tidings', 'postgres')
  onTestFinished(async () => {
    await stopServer(join(await homeOf(cluster), 'data')).catch(() => undefined)
  })
  return { cwd, cluster }
}

test('demo --exit emails the demo users and leaves no process; a second demo emails no user', {
  timeout: 120_000,
}, async () => {
  const { cwd, cluster } = await makeDemoFolder()

  const first = await tidings(['demo', '--exit'], { cwd })
  const firstServer = await serverPid(cluster)
  const second = await tidings(['demo', '--exit'], { cwd, columns: 80 })

  expect(first.code, first.stderr).toBe(0)
  expect(first.stdout).toMatch(/created just now/)
  const [, mailed] = /accepted\D+(\d+)\D+\d+/.exec(first.stdout) ?? []
  expect(Number(mailed)).toBeGreaterThan(100)
  expect(first.stdout).toMatch(/Who is due/)
  expect(first.stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+\/mailbox/)
  expect(rowsOf(first.stdout)).toMatchObject({
    'due: new_notifications': 109,
    'due: outstanding_reminder': 28,
    'not due: nothing unread': 20,
  })
  expectAllUsers(first.stdout)
  // After --exit there is no dashboard to sign in to.
  expect(first.stdout).not.toMatch(/sign-in|secrets\.json/)
  expect(first.stdout + first.stderr).not.toMatch(ANSI)
  expect(first.stdout + first.stderr).not.toMatch(STACK)
  expect(isRunning(firstServer)).toBe(false)

  expect(second.code, second.stderr).toBe(0)
  expect(second.stdout).toMatch(/kept from the last demo/)
  const screen = linesOf(second.stdout)
  expect(screen.filter(line => stringWidth(line) > 80)).toEqual([])
  const shown = screen.join('\n')
  expect(shown).toMatch(/accepted\W+0\W+0\b/)
  expect(shown).not.toContain('a few days ago')
  expect(rowsOf(shown)).toMatchObject({
    'not due: already emailed by the last demo': 137,
    'not due: got an email in the last few days': 15,
    'not due: nothing unread': 20,
  })
  expectAllUsers(shown)
  expect(await readPostmaster(join(await homeOf(cluster), 'data'))).toBeUndefined()
})

/** The rows of the table of due users: the number of users for each verdict. */
function rowsOf(output: string): Record<string, number> {
  const table = /Who is due.*?\n([\s\S]*?)└/.exec(output)?.[1] ?? ''
  const rows = table.matchAll(/^│ (\S.*?) +│ +(\d+) │/gm)
  return Object.fromEntries([...rows].map(([, verdict, users]) => [verdict, Number(users)]))
}

function expectAllUsers(output: string): void {
  const { 'all users': total, ...rows } = rowsOf(output)
  expect(total).toBe(200)
  expect(Object.values(rows).reduce((sum, users) => sum + users, 0)).toBe(200)
}

test('prints a link that signs in to the dashboard once', {
  timeout: 120_000,
}, async () => {
  const { cwd } = await makeDemoFolder()
  const demo = start(['demo'], { cwd, env: { PORT: '0' } })
  const [, link = ''] = await demo.says(/dashboard +(http:\S+)[\s\S]+Ctrl-C to stop/, 90_000)
  const { origin, pathname, searchParams } = new URL(link)
  const code = searchParams.get('code') ?? ''
  const signIn = () =>
    fetch(origin + pathname, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ code }),
    })

  expect((await signIn()).headers.get('set-cookie')).toContain('HttpOnly')
  expect((await signIn()).status).toBe(401)
  demo.child.kill('SIGINT')

  const { code: exit, stdout, stderr } = await demo.ended
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  expect(stdout).not.toContain('secrets.json')
})

test('prints its first line before the service is loaded', async () => {
  const env = { RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@example.com' }
  const { stdout } = await tidings(['demo'], { cwd: await makeFolder(), env })
  // The demo refuses to start once the service's modules are loaded; the line comes first.
  expect(stdout).toMatch(/^Tidings on demo data\n/)
})

test('refuses to start with a provider key, because its users do not exist', async () => {
  const env = { RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@example.com' }

  const { code, stderr } = await tidings(['demo', '--exit'], { cwd: await makeFolder(), env })

  expect(code).toBe(78)
  expect(stderr).toMatch(/unset RESEND_API_KEY/)
})
