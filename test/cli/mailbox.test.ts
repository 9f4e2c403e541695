import { expect, test } from 'vitest'
import { call } from '../support/client.ts'
import { makeFolder, start, tidings } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { addDueUsers } from '../support/host.ts'
import { API_TOKEN } from '../support/service.ts'

test('mailbox fault rehearses a refused key: sending stops, and resumes when it is off', async () => {
  const { db, url } = await createDatabase()
  await addDueUsers(db, 2)
  const cwd = await makeFolder()
  const env = { DATABASE_URL: url, PORT: '0', SCHEDULE: 'off', API_TOKEN }
  const server = start(['serve'], { cwd, env })
  const [, address = ''] = await server.says(/"url":"([^"]+)".*"listening"/)
  const options = { cwd, env: { ...env, PORT: new URL(address).port } }

  const set = await tidings(['mailbox', 'fault', 'refused-key'], options)
  expect(set).toMatchObject({ code: 0, stderr: '' })
  expect(set.stdout).toBe('The mailbox fails with refused-key until `tidings mailbox fault off`\n')
  await call({ app: { url: address } }, '/v1/runs', { json: { type: 'all' } })
  await server.says(/sending stopped/)

  expect((await tidings(['mailbox', 'fault', 'off'], options)).stdout).toBe(
    'The mailbox works again\n',
  )
  expect(await tidings(['resume'], options)).toMatchObject({ code: 0 })
  await server.says(/"outcome":"settled"/)
})

test('mailbox fault says what it needs', async () => {
  const cwd = await makeFolder()
  const silent = await tidings(['mailbox', 'fault', 'slow'], { cwd, env: { PORT: '1' } })
  expect(silent.code).toBe(1)
  expect(silent.stderr).toMatch(/no answer from http:\/\/127\.0\.0\.1:1.*npm start/)

  const env = { RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@example.com' }
  const real = await tidings(['mailbox', 'fault', 'slow'], { cwd, env })
  expect(real.code).toBe(1)
  expect(real.stderr).toContain('unset RESEND_API_KEY')

  expect((await tidings(['mailbox', 'fault', 'fire'], { cwd })).stderr).toContain('server-error')
})
