import { expect, test } from 'vitest'
import { ANSI, makeFolder, STACK, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { mailEnv } from '../support/mail.ts'
import { openProvider, startService } from '../support/service.ts'

type Report = { status: string; findings: { check: string; status: string; found: string }[] }
const read = (stdout: string) => JSON.parse(stdout) as Report

test('exits with 0 when all is well, and prints plain text, one line per check', async () => {
  const { app, url } = await startService()
  const env = { DATABASE_URL: url, PUBLIC_URL: app.url }
  const { code, stdout } = await tidings(['doctor'], { cwd: await makeFolder(), env })
  expect(stdout).toMatch(/^ok {4}configuration .*\nok {4}database {8}PostgreSQL /)
  expect(stdout).toMatch(/\n\n\d+ ok, 0 to check, 0 to fix\n$/)
  expect(stdout).not.toMatch(ANSI)
  expect(code).toBe(0)
})

test('exits with 1 for a warning', async () => {
  const { url } = await createDatabase()
  const env = { DATABASE_URL: url, PUBLIC_URL: 'http://127.0.0.1:1' }
  const { code, stdout } = await tidings(['doctor', '--json'], { cwd: await makeFolder(), env })
  const { status, findings } = read(stdout)
  expect(findings.filter(finding => finding.status !== 'ok')).toEqual([
    expect.objectContaining({ check: 'public url', status: 'warn' }),
  ])
  expect({ code, status }).toEqual({ code: 1, status: 'warn' })
})

test.each([
  ['a refused key', { status: 401, name: 'validation_error' }],
  ['a closed account', { status: 403, name: 'suspended_api_key' }],
])(
  '%s: exits with 2 and prints no secret, even if the provider repeats it',
  async (_what, fault) => {
    const database = await createDatabase()
    const provider = await openProvider()
    const env = { ...mailEnv(database, provider), EMAIL_FROM: 'a@tidings.invalid' }
    const message = `no: ${env.RESEND_API_KEY}\u001b[31m`
    provider.mailbox.setFaults([
      { kind: 'status', match: { endpoint: 'domains' }, ...fault, message },
    ])
    const { code, stdout, stderr } = await tidings(['doctor'], { cwd: await makeFolder(), env })
    expect(stdout).toMatch(
      new RegExp(`\nfail {2}provider key {4}${fault.status} ${fault.name}: no: \\[secret\\]`),
    )
    expect(stdout).not.toMatch(ANSI)
    expect(stdout + stderr).not.toMatch(/secret_of|secret-of|\?|password/)
    expect(stdout + stderr).not.toContain(new URL(database.url).password)
    expect(code).toBe(2)
  },
)

test('a key that may only send is ok', async () => {
  const database = await createDatabase()
  const env = { ...mailEnv(database, await openProvider()), RESEND_API_KEY: 're_restricted' }
  const options = { cwd: await makeFolder(), env: { ...env, EMAIL_FROM: 'a@tidings.invalid' } }
  const { findings } = read((await tidings(['doctor', '--json'], options)).stdout)
  expect(findings).toContainEqual(
    expect.objectContaining({
      check: 'provider key',
      status: 'ok',
      found: expect.stringMatching(/only send/),
    }),
  )
})

test('click tracking, another site, a missing address and a noreply sender are warnings', async () => {
  const database = await createDatabase()
  const domain = { id: 'd1', name: 'Tidings.invalid', status: 'verified', open_tracking: false }
  const provider = await openProvider({ domains: [{ ...domain, click_tracking: true }] })
  const PUBLIC_URL = 'https://links.invalid'
  const env = { ...mailEnv(database, provider), EMAIL_FROM: 'noreply@tidings.invalid', PUBLIC_URL }
  const { findings } = read(
    (await tidings(['doctor', '--json'], { cwd: await makeFolder(), env })).stdout,
  )
  const warnings = findings.filter(({ status }) => status === 'warn')
  const expected = { tracking: /click/, replies: /noreply/, 'postal address': /postal/ }
  for (const [check, found] of Object.entries({ ...expected, 'public url': /different sites/ })) {
    expect(warnings).toContainEqual(
      expect.objectContaining({ check, found: expect.stringMatching(found) }),
    )
  }
})

test('all configuration errors are reported at once, and independent checks still run', async () => {
  const { url } = await createDatabase()
  const env = {
    ...{ NODE_ENV: 'production', DATABASE_URL: url, PORT: 'x', ROLE: 'boss' },
    ...{ SCHEDULE: 'often', RESEND_BASE_URL: 'https://x.invalid' },
  }
  const { code, stdout } = await tidings(['doctor', '--json'], { cwd: await makeFolder(), env })
  const { findings } = read(stdout)
  const faults = findings.filter(({ check }) => check === 'configuration').map(({ found }) => found)
  expect(faults.map(fault => fault.split(' ')[0]).sort()).toEqual([
    ...['API_TOKEN', 'CRON_SECRET', 'LINK_SECRET', 'PORT', 'RESEND_API_KEY', 'RESEND_BASE_URL'],
    ...['ROLE', 'SCHEDULE'],
  ])
  expect(findings).toContainEqual(expect.objectContaining({ check: 'migrations', status: 'ok' }))
  expect(findings.find(({ check }) => check === 'skipped')?.found).toMatch(
    /public url, webhook, schedule$/,
  )
  expect(code).toBe(2)
})

test('an invalid DATABASE_URL is not mistaken for the embedded database', async () => {
  const env = { DATABASE_URL: 'mysql://root:hunter2@db/x', PUBLIC_URL: 'http://127.0.0.1:1' }
  const { code, stdout, stderr } = await tidings(['doctor'], { cwd: await makeFolder(), env })
  expect(stdout).toMatch(/fail {2}configuration {3}DATABASE_URL must be a postgres:\/\/ URL/)
  expect(stdout).not.toMatch(/PostgreSQL/)
  expect(stdout + stderr).not.toContain('hunter2')
  expect(stderr).not.toMatch(STACK)
  expect(code).toBe(2)
})
