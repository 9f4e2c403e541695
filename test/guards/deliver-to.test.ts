import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import { listUnknown } from '../../src/db/maintenance/unknown-deliveries.ts'
import { deliveries, suppressions, userPrivacySettings } from '../../src/db/schema.ts'
import { call } from '../support/client.ts'
import { makeFolder, tidings } from '../support/command.ts'
import { strongSecrets } from '../support/environment.ts'
import { addNotification, addUser, readAttempts } from '../support/host.ts'
import {
  permanentBounce,
  postEvent,
  providerEvent,
  tagsOf,
  WEBHOOK_SECRET,
} from '../support/provider-event.ts'
import { listenTo } from '../support/sending-parts.ts'
import { type Service, startService } from '../support/service.ts'
import { signIn } from '../support/signed-in.ts'

const DELIVER_TO = 'ops@acme.com'

async function addReader(db: Database, email: string) {
  const userId = await addUser(db, { email })
  await addNotification(db, userId)
  return userId
}

async function mailOne(env: Record<string, string> = {}) {
  const service = await startService({ env: { DELIVER_TO, ...env } })
  const userId = await addReader(service.db, 'Ana@else.example')
  await service.run()
  const [attempt] = await readAttempts(service.db, userId)
  const [email] = service.mailbox.emails()
  if (!attempt || !email) throw new Error('nothing was sent')
  return { service, userId, attempt, email }
}

const pathsOf = (text: string) => [
  ...new Set(text.match(/\/(?:unsubscribe|preferences)\/[\w.-]+/g)),
]

test('every email goes to one address and names its recipient', async () => {
  const service = await startService({ env: { DELIVER_TO } })
  const addresses = ['ana@else.example', 'ben@acme.com', DELIVER_TO]
  for (const address of addresses) await addReader(service.db, address)
  const { counts } = await service.run()

  expect(counts).toMatchObject({ due: 3, sent: 3 })
  const emails = service.mailbox.emails()
  expect(emails.map(({ to }) => to)).toEqual(addresses.map(() => [DELIVER_TO]))
  expect(emails.map(({ subject }) => subject.replace(/\].*/, ']')).toSorted()).toEqual(
    addresses.map(address => `[for ${address}]`).toSorted(),
  )
})

test('its links work for nobody, in the text, the HTML and the headers', async () => {
  const { service, userId, email } = await mailOne()
  const paths = pathsOf(JSON.stringify([email.html, email.text, email.headers]))
  expect(paths.toSorted()).toEqual(['/preferences/redirected', '/unsubscribe/redirected'])
  for (const path of paths) {
    expect((await call(service, path, { token: null })).status, path).toBe(404)
  }
  const oneClick = { method: 'POST', token: null }
  expect((await call(service, '/unsubscribe/redirected', oneClick)).status).toBe(404)
  const settings = eq(userPrivacySettings.userId, userId)
  expect(await service.db.select().from(userPrivacySettings).where(settings)).toEqual([])
})

test('the audit has both addresses: API, export, page and command', async () => {
  const { service, attempt, email } = await mailOne()
  const both = { address: 'Ana@else.example', sentTo: DELIVER_TO, subject: email.subject }
  const list = await call(service, '/v1/emails')
  expect(list.json.data).toMatchObject([{ delivery: both }])
  expect((await call(service, `/v1/emails/${attempt.id}`)).json.delivery).toMatchObject(both)

  const { text: csv } = await call(service, '/v1/emails/export?format=csv')
  const [head = '', row = ''] = csv.trim().split('\n')
  expect(head.split(',').at(-1)?.trim()).toBe('sentTo')
  expect(row).toMatch(/Ana@else\.example.*,ops@acme\.com\s*$/)

  const headers = { cookie: await signIn(service) }
  const page = await fetch(`${service.app.url}/emails/${attempt.id}`, { headers })
  expect(await page.text()).toMatch(/Sent to<\/dt><dd>ops@acme\.com/)

  const env = { DATABASE_URL: service.url }
  const { stdout } = await tidings(['audit'], { cwd: await makeFolder(), env })
  expect(stdout).toContain('Ana@else.example → ops@acme.com')
})

test('an email that is not redirected has no second address', async () => {
  const { service } = await mailOne({ DELIVER_TO: '' })
  const list = await call(service, '/v1/emails')
  expect(list.json.data).toMatchObject([{ delivery: { sentTo: null } }])
  expect(service.mailbox.emails()).toMatchObject([{ to: ['Ana@else.example'] }])
})

test('a preview is the email that would go out', async () => {
  const service = await startService({ env: { DELIVER_TO } })
  const userId = await addReader(service.db, 'ana@else.example')
  const preview = await call(service, '/v1/preview', {
    json: { type: 'new_notifications', userId },
  })
  await service.run()
  expect(preview.json.subject).toBe(service.mailbox.emails()[0]?.subject)
})

test.each(['email.bounced', 'email.complained'])(
  'what becomes of it says nothing about the user (%s)',
  async type => {
    const { service, userId, email } = await mailOne({ RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET })
    const { db } = service
    const [delivery] = await db.select().from(deliveries)
    const tags = tagsOf(delivery?.id ?? '')
    const data = { ...permanentBounce, to: [DELIVER_TO] }
    const event = providerEvent(type, { emailId: email.id, tags, data })
    expect((await postEvent(service, event)).status).toBeLessThan(300)

    expect(await db.select().from(deliveries)).toMatchObject([
      { progress: type.replace('email.', '') },
    ])
    expect(await db.select().from(suppressions)).toMatchObject([{ address: DELIVER_TO }])
    const settings = eq(userPrivacySettings.userId, userId)
    expect(await db.select().from(userPrivacySettings).where(settings)).toEqual([])
  },
)

test('an event before the answer is about the address that it was sent to', async () => {
  const { service } = await mailOne({ RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET })
  const { db } = service
  const [delivery] = await db.select().from(deliveries)
  const tags = tagsOf(delivery?.id ?? '')
  await db.execute(sql`update tidings.deliveries set provider_id = null`)
  const to = (address: string) => ({ emailId: address, tags, data: { to: [address] } })
  await postEvent(service, providerEvent('email.delivered', to('ana@else.example')))
  expect((await db.select().from(deliveries))[0]?.progress).not.toBe('delivered')
  await postEvent(service, providerEvent('email.delivered', to('OPS@acme.com')))
  expect((await db.select().from(deliveries))[0]?.progress).toBe('delivered')
})

test('the provider is asked for the address that it was sent to', async () => {
  const { service } = await mailOne()
  await service.db.execute(sql`update tidings.deliveries set state = 'unknown'`)
  expect(await listUnknown(service.db, 10)).toMatchObject([{ address: DELIVER_TO }])
})

test('with DELIVER_ONLY, only emails to its users go there', async () => {
  const service = await startService({ env: { DELIVER_TO, DELIVER_ONLY: '@acme.com' } })
  await addReader(service.db, 'ana@else.example')
  await addReader(service.db, 'ben@acme.com')
  const { counts } = await service.run()
  expect(counts).toMatchObject({ sent: 1, skipped: { not_allowed: 1 } })
  expect(service.mailbox.emails()).toMatchObject([
    { to: [DELIVER_TO], subject: expect.stringContaining('[for ben@acme.com]') },
  ])
})

const readPage = async (service: Service) => {
  const headers = { cookie: await signIn(service, service.config.apiTokens[0]) }
  return (await fetch(service.app.url, { headers })).text()
}

test('in production the start, the dashboard and /health/ready say so', async () => {
  const { logger, lines } = listenTo(/^DELIVER_/)
  const env = { ...strongSecrets, NODE_ENV: 'production', DELIVER_TO, DELIVER_ONLY: '@acme.com' }
  const service = await startService({ env, logger })
  const texts = [
    'DELIVER_ONLY: only @acme.com get emails',
    'DELIVER_TO: every email goes to ops@acme.com',
  ]
  expect(lines.filter(({ level }) => level === 'warn').map(({ msg }) => msg)).toEqual(texts)
  for (const text of texts) expect(await readPage(service)).toContain(text)
  const ready = await call(service, '/health/ready', { token: null })
  expect(ready).toMatchObject({ status: 200, json: { status: 'degraded' } })
  expect(ready.json.checks.guards).toBe('set: DELIVER_ONLY, DELIVER_TO')
  expect(ready.text).not.toContain('acme.com')
})

test('elsewhere the dashboard says so, and the service is healthy', async () => {
  const { logger, lines } = listenTo(/^DELIVER_/)
  const service = await startService({ env: { DELIVER_TO }, logger })
  expect(lines.filter(({ level }) => level === 'warn')).toEqual([])
  expect(await readPage(service)).toContain('every email goes to ops@acme.com')
  expect((await call(service, '/health/ready')).json.status).toBe('ok')
})
