import { expect, test } from 'vitest'
import { acceptDeployment } from '../../src/db/send/accept-deployment.ts'
import { readRememberedDeployment } from '../../src/db/send/read-deployment.ts'
import { makeFolder, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { addDueUsers } from '../support/host.ts'
import { mailEnv } from '../support/mail.ts'
import { openProvider } from '../support/service.ts'
import { claimNow, planBatch } from '../support/service-parts.ts'

const HOME = 'https://mail.acme.example'
const COPY = 'https://staging.acme.example'

async function openCopy() {
  const database = await createDatabase()
  const { db } = database
  await acceptDeployment(db, 'resend', { publicUrl: HOME, keyFingerprint: 'of-another-key' })
  const env = { ...mailEnv(database, await openProvider()), PUBLIC_URL: COPY }
  return { db, options: { cwd: await makeFolder(), env } }
}

test('moved shows both deployments and what waits, and changes nothing', async () => {
  const { db, options } = await openCopy()
  const [claimed = '', ...planned] = await addDueUsers(db, 3)
  await claimNow(db, [claimed])
  await planBatch(db, planned)

  const shown = await tidings(['moved'], options)

  expect(shown.code).toBe(78)
  expect(shown.stdout.trim().split('\n')).toEqual([
    `this database sends for  ${HOME}`,
    `this service is          ${COPY}, with another key`,
    'waiting to leave         1 stored email, 2 planned users',
  ])
  expect(shown.stderr).toMatch(/DELIVER_ONLY or DELIVER_TO[\s\S]*moved --yes/)
  expect((await readRememberedDeployment(db, 'resend'))?.publicUrl).toBe(HOME)
})

test('moved --yes makes this the deployment; after it nothing has moved', async () => {
  const { db, options } = await openCopy()

  const accepted = await tidings(['moved', '--yes'], options)
  const again = await tidings(['moved'], options)

  expect(accepted).toMatchObject({ code: 0, stderr: '' })
  expect(accepted.stdout).toBe(`this database sends for ${COPY} from now on; it was ${HOME}\n`)
  expect(again).toMatchObject({
    code: 0,
    stdout: `nothing has moved: this database sends for ${COPY}\n`,
  })
  expect(await readRememberedDeployment(db, 'resend')).toEqual({
    publicUrl: COPY,
    keyFingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
  })
})

test('before the first start there is nothing to accept', async () => {
  const { url, db } = await createDatabase()
  const options = { cwd: await makeFolder(), env: { DATABASE_URL: url, PUBLIC_URL: COPY } }
  const shown = await tidings(['moved', '--yes'], options)
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('is remembered') })
  expect(await readRememberedDeployment(db, 'resend')).toBeNull()
})

test('resume does not open a copy, and says what does', async () => {
  const { options } = await openCopy()
  const resumed = await tidings(['resume'], options)
  expect(resumed).toMatchObject({ code: 78, stdout: 'Sending was not stopped\n' })
  expect(resumed.stderr).toContain(`moved: this database sends for ${HOME}`)
  expect(resumed.stderr).toContain('moved --yes')
})

test('doctor fails on a copy and passes behind a guard', async () => {
  const { options } = await openCopy()
  const sendingOf = async (env: Record<string, string> = {}) => {
    const { stdout } = await tidings(['doctor', '--json'], {
      ...options,
      env: { ...options.env, ...env },
    })
    const { findings } = JSON.parse(stdout) as { findings: { check: string }[] }
    return findings.filter(({ check }) => check === 'sending' || check === 'guards')
  }
  expect(await sendingOf()).toMatchObject([
    {
      status: 'fail',
      found: expect.stringContaining('moved:'),
      fix: expect.stringContaining('moved --yes'),
    },
  ])
  expect(await sendingOf({ DELIVER_TO: 'ops@acme.com' })).toMatchObject([
    { status: 'ok', check: 'sending' },
    { status: 'ok', check: 'guards', found: 'DELIVER_TO: every email goes to ops@acme.com' },
  ])
})
