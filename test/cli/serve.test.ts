import { expect, test, vi } from 'vitest'
import { call, callCronRoute } from '../support/client.ts'
import { type Command, makeFolder, STACK, start } from '../support/command.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { addDueUsers, readAttempts } from '../support/host.ts'
import { mailEnv } from '../support/mail.ts'
import { API_TOKEN, CRON_SECRET, openProvider, type Provider } from '../support/service.ts'

interface Server extends TestDatabase {
  command: Command
  mailbox: Provider['mailbox']
  env: Record<string, string>
  /** The shape that the HTTP helpers expect. */
  service: { app: { url: string } }
}

/** Starts `serve` as a child process and waits until it listens. */
async function serve(given: Record<string, string> = {}): Promise<Server> {
  const database = await createDatabase()
  const provider = await openProvider()
  const env = { ...mailEnv(database, provider), API_TOKEN, CRON_SECRET, ...given }
  const command = start(['serve'], { cwd: await makeFolder(), env })
  const [, url = ''] = await command.says(/"url":"([^"]+)".*"listening"/)
  return { ...database, command, mailbox: provider.mailbox, env, service: { app: { url } } }
}

const startRun = ({ service }: Server) => call(service, '/v1/runs', { json: { type: 'all' } })

/** Sends the signal and waits until the process ends. Resolves to its exit code and the seconds. */
async function stop({ command }: Server, signal: NodeJS.Signals = 'SIGTERM') {
  const since = performance.now()
  command.child.kill(signal)
  const { code } = await command.ended
  return { code, seconds: (performance.now() - since) / 1000 }
}

const readPending = ({ db }: Server) =>
  db.execute(`select id from notification_emails_sent where error_message like 'pending:%'`)

test('serve listens, answers, and exits with 0 on a signal', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const server = await serve()
    expect((await call(server.service, '/health/ready')).status).toBe(200)

    const { code, seconds } = await stop(server, signal)

    expect(code).toBe(0)
    expect(seconds).toBeLessThan(10)
    expect(server.command.output()).not.toMatch(STACK)
  }
})

test('a provider request in flight at a SIGTERM is finished and recorded', async () => {
  const server = await serve()
  await addDueUsers(server.db, 5)
  server.mailbox.setFault({ kind: 'latency', ms: 1_000 })
  await startRun(server)
  await vi.waitFor(() => expect(server.mailbox.stats().held).toBe(1), { timeout: 10_000 })

  const { code, seconds } = await stop(server)

  expect(code).toBe(0)
  expect(seconds).toBeLessThan(15)
  expect(await readPending(server)).toEqual([])
  const attempts = await readAttempts(server.db)
  expect(attempts.map(attempt => attempt.success)).toEqual(Array(5).fill(true))
  expect(server.mailbox.count).toBe(5)
})

test('a provider that never answers does not delay the shutdown; its emails are unknown', async () => {
  const server = await serve()
  await addDueUsers(server.db, 2)
  server.mailbox.setFault({ kind: 'hang' })
  await startRun(server)
  await vi.waitFor(() => expect(server.mailbox.stats().held).toBe(1), { timeout: 10_000 })

  const { code, seconds } = await stop(server)

  expect(code).toBe(0)
  expect(seconds).toBeLessThan(20)
  expect(await readPending(server)).toEqual([])
  const attempts = await readAttempts(server.db)
  for (const { success, errorMessage } of attempts) {
    expect({ success, errorMessage }).toEqual({
      success: false,
      errorMessage: expect.stringMatching(/^(timeout|unknown|network): /),
    })
  }
  expect(attempts).toHaveLength(2)
})

test('a cron request that waits for its run does not delay the shutdown', async () => {
  const server = await serve()
  await addDueUsers(server.db, 2)
  server.mailbox.setFault({ kind: '429', retryAfter: 3_600 })
  const waiting = callCronRoute(server.service)
  await vi.waitFor(async () => expect(server.mailbox.refused).toBe(1), { timeout: 10_000 })

  const { code, seconds } = await stop(server)

  expect(code).toBe(0)
  expect(seconds).toBeLessThan(20)
  expect(await waiting).toMatchObject({ status: 200, json: { success: true, emailsSent: 0 } })
  expect((await waiting).json.message).toMatch(/is still running/)
  expect(await readPending(server)).toEqual([])
})

test('after a stop during a run, the next start sends the rest', async () => {
  const server = await serve({ RATE_LIMIT: '2' })
  await addDueUsers(server.db, 450)
  const started = await startRun(server)
  await vi.waitFor(() => expect(server.mailbox.count).toBeGreaterThan(0), { timeout: 10_000 })

  expect((await stop(server)).code).toBe(0)

  expect(server.mailbox.count).toBeLessThan(450)
  const attempts = await readAttempts(server.db)
  expect(attempts.filter(({ success }) => success)).toHaveLength(server.mailbox.count)
  const env = { ...server.env, RATE_LIMIT: '1000' }
  const next = start(['serve'], { cwd: await makeFolder(), env })
  const [, url = ''] = await next.says(/"url":"([^"]+)".*"listening"/)
  await vi.waitFor(
    async () => {
      const { json } = await call({ app: { url } }, `/v1/runs/${started.json.id}`)
      expect(json).toMatchObject({ status: 'completed', counts: { sent: 450 } })
    },
    { timeout: 20_000, interval: 100 },
  )
  expect(server.mailbox.count).toBe(450)
  expect(await readPending(server)).toEqual([])
})
