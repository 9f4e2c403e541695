import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { expect, inject, test, vi } from 'vitest'
import { call, callCronRoute } from '../support/client.ts'
import { makeFolder, start, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { addDueUsers, readAttempts } from '../support/host.ts'
import { mailEnv } from '../support/mail.ts'
import { openProvider } from '../support/service.ts'

test('the output of serve has no secret and no recipient’s link, even after errors', async () => {
  const database = await createDatabase()
  const provider = await openProvider()
  const env = { ...mailEnv(database, provider), LOG_LEVEL: 'trace' }
  const command = start(['serve'], { cwd: await makeFolder(), env })
  const [, url = ''] = await command.says(/"url":"([^"]+)".*"listening"/)
  const service = { app: { url } }
  await addDueUsers(database.db, 2)
  const refusal = { kind: 'status', status: 403, name: 'invalid_api_key' } as const
  provider.mailbox.setFaults([refusal, { kind: 'reset-before' }])

  await callCronRoute(service, env.CRON_SECRET)
  await callCronRoute(service, env.CRON_SECRET)
  const [email] = provider.mailbox.emails()
  const link = /\/unsubscribe\/[\w.-]+/.exec(email?.headers['List-Unsubscribe'] ?? '')?.[0] ?? ''
  expect(link).not.toBe('')
  await call(service, link, { token: null })
  await call(service, link, { method: 'POST', token: null })
  await call(service, '/v1/runs', { token: env.API_TOKEN })
  await call(service, '/v1/runs', { token: `wrong-${env.LINK_SECRET}` })
  await call(service, '/v1/runs', { token: env.API_TOKEN, json: { type: 1 } })
  expect(await readAttempts(database.db)).not.toEqual([])
  const admin = postgres(inject('adminUrl'), { max: 1, onnotice: () => {} })
  const name = new URL(database.url).pathname.slice(1)
  await admin`drop database ${admin(name)} with (force)`
  await admin.end()
  await vi.waitFor(async () => expect((await call(service, '/health/ready')).status).toBe(503), {
    timeout: 10_000,
    interval: 100,
  })
  await call(service, '/v1/runs', { token: env.API_TOKEN, json: { type: 'all' } })
  command.child.kill('SIGTERM')
  await command.ended

  const output = command.output()
  expect(output).toMatch(/"msg":"starting"/)
  expect(output).toMatch(/"msg":"Request failed"/)
  const secrets = [
    env.API_TOKEN,
    env.CRON_SECRET,
    env.LINK_SECRET,
    env.RESEND_API_KEY,
    new URL(database.url).password,
    link.slice('/unsubscribe/'.length),
  ]
  for (const secret of secrets) {
    expect(secret).not.toBe('')
    expect(output.includes(secret ?? '')).toBe(false)
  }
})

test('generated secrets are kept in .tidings, readable only by their owner', async () => {
  const { url } = await createDatabase()
  const cwd = await makeFolder()
  const options = { cwd, env: { DATABASE_URL: url } }
  const file = join(cwd, '.tidings', 'secrets.json')

  const first = await tidings(['run', 'all'], options)
  const kept = await readFile(file, 'utf8')
  const second = await tidings(['run', 'all'], options)

  expect([first.code, second.code]).toEqual([0, 0])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readFile(file, 'utf8')).toBe(kept)
  for (const secret of Object.values(JSON.parse(kept))) {
    for (const { stdout, stderr } of [first, second]) expect(stdout + stderr).not.toContain(secret)
  }
})
