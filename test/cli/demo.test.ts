import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import stringWidth from 'string-width'
import { expect, onTestFinished, test } from 'vitest'
import { readPostmaster, stopServer } from '../../src/local/postgres/postmaster.ts'
import { linesOf } from '../support/bytes.ts'
import { homeOf, isRunning, serverPid } from '../support/cluster-folder.ts'
import { ANSI, makeFolder, STACK, start, tidings } from '../support/command.ts'

/** A folder for the demo; what is left of its PostgreSQL ends with the test. */
async function makeDemoFolder(): Promise<{ cwd: string; cluster: string }> {
  const cwd = await makeFolder()
  // PostgreSQL runs as another user where root calls, and must get to its folder.
  await chmod(cwd, 0o755)
  const cluster = join(cwd, '.tidings', 'postgres')
  onTestFinished(async () => {
    await stopServer(join(await homeOf(cluster), 'data')).catch(() => undefined)
  })
  return { cwd, cluster }
}

test('demo --exit mails a community on its own PostgreSQL and leaves no process; again it mails nobody', {
  timeout: 120_000,
}, async () => {
  const { cwd, cluster } = await makeDemoFolder()

  const first = await tidings(['demo', '--exit'], { cwd })
  const leftByFirst = await serverPid(cluster)
  const second = await tidings(['demo', '--exit'], { cwd, columns: 80 })

  expect(first.code, first.stderr).toBe(0)
  expect(first.stdout).toMatch(/made just now/)
  const [, mailed] = /accepted\D+(\d+)\D+\d+/.exec(first.stdout) ?? []
  expect(Number(mailed)).toBeGreaterThan(100)
  expect(first.stdout).toMatch(/Who is due/)
  expect(first.stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+\/mailbox/)
  expect(rowsOf(first.stdout)).toMatchObject({
    'due: new_notifications': 109,
    'due: outstanding_reminder': 28,
    'not due: nothing unread': 20,
  })
  expectEverybody(first.stdout)
  // A process that ends has nothing to sign in to.
  expect(first.stdout).not.toMatch(/sign-in|secrets\.json/)
  expect(first.stdout + first.stderr).not.toMatch(ANSI)
  expect(first.stdout + first.stderr).not.toMatch(STACK)
  expect(isRunning(leftByFirst)).toBe(false)

  expect(second.code, second.stderr).toBe(0)
  expect(second.stdout).toMatch(/kept from the last demo/)
  const screen = linesOf(second.stdout)
  expect(screen.filter(line => stringWidth(line) > 80)).toEqual([])
  const shown = screen.join('\n')
  expect(shown).toMatch(/accepted\W+0\W+0\b/)
  expect(shown).not.toContain('a few days ago')
  expect(rowsOf(shown)).toMatchObject({
    'not due: already mailed by the last demo': 137,
    'not due: got an email in the last few days': 15,
    'not due: nothing unread': 20,
  })
  expectEverybody(shown)
  expect(await readPostmaster(join(await homeOf(cluster), 'data'))).toBeUndefined()
})

/** The rows of the table that tells who is due, by what they say. */
function rowsOf(output: string): Record<string, number> {
  const table = /Who is due.*?\n([\s\S]*?)└/.exec(output)?.[1] ?? ''
  const rows = table.matchAll(/^│ (\S.*?) +│ +(\d+) │/gm)
  return Object.fromEntries([...rows].map(([, what, people]) => [what, Number(people)]))
}

function expectEverybody(output: string): void {
  const { everybody, ...rows } = rowsOf(output)
  expect(everybody).toBe(200)
  expect(Object.values(rows).reduce((sum, people) => sum + people, 0)).toBe(200)
}

test('it ends with a link that signs in to the dashboard, for as long as it runs', {
  timeout: 120_000,
}, async () => {
  const { cwd } = await makeDemoFolder()
  const demo = start(['demo'], { cwd, env: { PORT: '0' } })
  const [, link = ''] = await demo.says(/dashboard +(http:\S+)[\s\S]+Ctrl-C ends it/, 90_000)
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

test('its first line is there before the service is loaded', async () => {
  const env = { RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@example.com' }
  const { stdout } = await tidings(['demo'], { cwd: await makeFolder(), env })
  // A refusal comes after the modules of the service; the line stands before it.
  expect(stdout).toMatch(/^Tidings on a made-up community\n/)
})

test('with a key the demo refuses: its people do not exist', async () => {
  const env = { RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@example.com' }

  const { code, stderr } = await tidings(['demo', '--exit'], { cwd: await makeFolder(), env })

  expect(code).toBe(78)
  expect(stderr).toMatch(/unset RESEND_API_KEY/)
})
