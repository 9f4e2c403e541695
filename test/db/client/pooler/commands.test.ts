import { beforeEach, expect, test } from 'vitest'
import { makeFolder, STACK, start, tidings } from '../../../support/command.ts'
import { createDatabase } from '../../../support/database.ts'
import { addDueUsers } from '../../../support/host.ts'
import { mailEnv } from '../../../support/mail.ts'
import { startPgBouncer } from '../../../support/pgbouncer.ts'
import { openProvider } from '../../../support/service.ts'
import { requireTool } from '../../../support/tools.ts'

beforeEach(requireTool('pgbouncer'))

test('behind a transaction pooler, migrate uses DIRECT_URL, run and serve the pooler', {
  timeout: 90_000,
}, async () => {
  const { db, url } = await createDatabase({ template: 'template0' })
  const pooler = await startPgBouncer(url)
  const provider = await openProvider()
  const cwd = await makeFolder()
  const env = mailEnv(pooler, provider)

  const refused = await tidings(['migrate'], { cwd, env })
  expect(refused).toMatchObject({ code: 78, stdout: '' })
  expect(refused.stderr).toMatch(/pooler in transaction mode.+nothing was changed.+DIRECT_URL/)
  expect(refused.stderr).not.toMatch(STACK)

  const migrated = await tidings(['migrate'], { cwd, env: { ...env, DIRECT_URL: url } })
  expect(migrated).toMatchObject({ code: 0, stderr: '' })

  await addDueUsers(db, 3)
  const run = await tidings(['run', 'all', '--json'], { cwd, env })
  expect(run.code).toBe(0)
  expect(JSON.parse(run.stdout)).toMatchObject({ status: 'completed', counts: { sent: 3 } })

  const server = start(['serve'], { cwd, env: { ...env, DIRECT_URL: url } })
  await server.says(/"pooling":"transaction","detected":true,"listen":"DIRECT_URL"/)
  await server.says(/"listening"/)
  server.child.kill('SIGTERM')
  expect(await server.ended).toMatchObject({ code: 0 })
  expect(server.output()).not.toMatch(/"level":[456]0/)
})
