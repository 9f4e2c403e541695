import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readPostmaster, stopServer } from '../../src/postgres/postmaster.ts'
import { homeOf, isRunning, serverPid } from '../postgres/cluster-folder.ts'
import { ANSI, makeFolder, STACK, tidings } from './command.ts'

test('demo --exit mails a community on its own PostgreSQL and leaves no process; again it mails nobody', {
  timeout: 120_000,
}, async () => {
  const cwd = await makeFolder()
  // PostgreSQL runs as another user where root calls, and must get to its folder.
  await chmod(cwd, 0o755)
  const cluster = join(cwd, '.tidings', 'postgres')
  onTestFinished(async () => {
    await stopServer(join(await homeOf(cluster), 'data')).catch(() => undefined)
  })

  const first = await tidings(['demo', '--exit'], { cwd })
  const leftByFirst = await serverPid(cluster)
  const second = await tidings(['demo', '--exit'], { cwd })

  expect(first.code, first.stderr).toBe(0)
  expect(first.stdout).toMatch(/made just now/)
  const [, mailed] = /accepted\D+(\d+)\D+\d+/.exec(first.stdout) ?? []
  expect(Number(mailed)).toBeGreaterThan(100)
  expect(first.stdout).toMatch(/Who is due/)
  expect(first.stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+\/mailbox/)
  expect(first.stdout).toMatch(
    /dashboard +http:\S+ \(its token: API_TOKEN in \.tidings\/secrets\.json\)/,
  )
  expect(first.stdout + first.stderr).not.toMatch(ANSI)
  expect(first.stdout + first.stderr).not.toMatch(STACK)
  expect(isRunning(leftByFirst)).toBe(false)

  expect(second.code, second.stderr).toBe(0)
  expect(second.stdout).toMatch(/kept from the last demo/)
  expect(second.stdout).toMatch(/accepted\W+0\W+0\b/)
  expect(await readPostmaster(join(await homeOf(cluster), 'data'))).toBeUndefined()
})

test('with a key the demo refuses: its people do not exist', async () => {
  const env = { RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@example.com' }

  const { code, stderr } = await tidings(['demo', '--exit'], { cwd: await makeFolder(), env })

  expect(code).toBe(78)
  expect(stderr).toMatch(/unset RESEND_API_KEY/)
})
