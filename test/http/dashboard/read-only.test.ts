import { expect, test } from 'vitest'
import { suppressions } from '../../../src/db/schema.ts'
import { call } from '../../support/client.ts'
import { addDueUsers } from '../../support/host.ts'
import { API_TOKEN, startService } from '../../support/service.ts'
import { fromOurPage, signIn } from '../../support/signed-in.ts'

const READ_TOKEN = 'test-read-token'

test('a session with READ_TOKEN shows every page and changes nothing', async () => {
  const service = await startService({ env: { ROLE: 'api', READ_TOKEN } })
  const [user] = await addDueUsers(service.db, 1)
  const pages = [
    '/',
    '/runs',
    '/emails',
    '/people?q=a',
    `/people/${user}`,
    '/sending',
    '/doctor',
    '/suppressions',
  ]
  const suppressed = { address: 'spam@example.com', reason: 'complained' }
  await service.db.insert(suppressions).values(suppressed)
  const [reader, owner] = [await signIn(service, READ_TOKEN), await signIn(service, API_TOKEN)]
  const readForms = async (path: string, cookie: string) => {
    const page = await call(service, path, { token: null, headers: { cookie } })
    expect(page.status, path).toBe(200)
    return [...page.text.matchAll(/<form[^>]* method="post" action="([^"]+)"/g)].map(([, at]) => at)
  }
  for (const path of pages) {
    expect(await readForms(path, reader), path).toEqual(['/sign-out'])
  }
  expect(await readForms('/', owner)).toHaveLength(3)
  expect(await readForms(`/people/${user}`, owner)).toHaveLength(4)
  expect(await readForms('/suppressions', owner)).toHaveLength(3)

  const forms: [path: string, fields: Record<string, string>][] = [
    ['/runs', { type: 'all', dryRun: 'yes' }],
    ['/lane/resume', {}],
    ['/suppressions', { address: 'new@example.com' }],
    ['/suppressions/lift', { address: suppressed.address, force: 'true' }],
    [`/people/${user}/settings`, { emails: 'off' }],
    [`/people/${user}/emails`, { type: 'new_notifications' }],
  ]
  for (const [path, fields] of forms) {
    const headers = { ...fromOurPage, cookie: reader }
    const reply = await call(service, path, {
      token: null,
      body: new URLSearchParams(fields),
      headers,
    })
    expect(reply.status, path).toBe(403)
    expect(reply.text).toContain('Read-only session')
  }
  expect((await service.app.runs.list(1)).runs).toEqual([])
  expect((await call(service, '/v1/suppressions?state=all')).json.data).toMatchObject([
    { ...suppressed, active: true },
  ])
  const setting = await call(service, `/v1/users/${user}/notification-settings`)
  expect(setting.json).toMatchObject({ notificationEmailsEnabled: true, source: 'default' })
})
