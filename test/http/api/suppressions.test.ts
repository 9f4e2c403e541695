import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { recipients, suppressions, userPrivacySettings } from '../../../src/db/schema.ts'
import { encodeCursor } from '../../../src/http/api/cursor.ts'
import { type Call, call, PROBLEM } from '../../support/client.ts'
import { evaluate } from '../../support/evaluate.ts'
import { addNotification, addUser } from '../../support/host.ts'
import { permanentBounce, tagsOf } from '../../support/provider-event.ts'
import { acceptedEmail, receiveEvent } from '../../support/record-event.ts'
import { CRON_SECRET, startService } from '../../support/service.ts'

const pathOf = (address: string) => `/v1/suppressions/${encodeURIComponent(address)}`
const put = (json: unknown = {}): Call => ({ method: 'PUT', json })
const remove: Call = { method: 'DELETE' }

/** A provider that answers every call with the next of these statuses. */
async function openSuppressionList() {
  const calls: string[] = []
  const statuses: (number | 'hang up')[] = []
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`)
    const status = statuses.shift() ?? 200
    if (status === 'hang up') return void request.socket.destroy()
    response.writeHead(status, { 'content-type': 'application/json' })
    const error = { statusCode: status, name: 'restricted_api_key', message: 'Not with re_test' }
    response.end(JSON.stringify(status === 200 ? { object: 'suppression', deleted: true } : error))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { calls, statuses, baseUrl: `http://127.0.0.1:${port}` }
}

test('an address is suppressed, listed and lifted, and nothing else of the user changes', async () => {
  const provider = await openSuppressionList()
  const env = { ROLE: 'api', RESEND_BASE_URL: provider.baseUrl }
  const service = await startService({ env })
  const { db } = service
  const userId = await addUser(db, { email: 'Ada@Müsic.Example', emailsEnabled: true })
  await addNotification(db, userId)
  const settingsBefore = await db.select().from(userPrivacySettings)

  // Any spelling of the address does.
  const added = await call(
    service,
    pathOf('ADA@xn--msic-0ra.example'),
    put({ note: 'asked by letter', by: 'Jo' }),
  )
  expect(added.status).toBe(200)
  expect(added.json).toMatchObject({
    active: true,
    reason: 'manual',
    source: 'api',
    by: 'Jo',
    note: 'asked by letter',
    lifted: null,
  })
  expect(await evaluate(db, userId)).toEqual(['suppressed', 'suppressed'])
  const again = await call(service, pathOf('ada@müsic.example'), put({ reason: 'bounced' }))
  expect(again.json).toMatchObject({ reason: 'manual', since: added.json.since, by: 'Jo' })

  const listed = await call(service, '/v1/suppressions?address=ada%40m%C3%BCsic.example')
  expect(listed.json.data.map((of: { address: string }) => of.address).sort()).toEqual([
    'ada@müsic.example',
    'ada@xn--msic-0ra.example',
  ])
  const lifted = await call(service, `${pathOf('Ada@Müsic.Example')}?by=Kim`, remove)
  expect(lifted).toMatchObject({
    status: 200,
    json: {
      active: false,
      lifted: { source: 'api', by: 'Kim' },
      provider: { state: 'lifted', detail: null },
    },
  })
  expect(provider.calls).toEqual(['DELETE /suppressions/ada%40xn--msic-0ra.example'])
  expect(await evaluate(db, userId)).toEqual(['due', 'new_notifications_due'])
  expect(await db.select().from(userPrivacySettings)).toEqual(settingsBefore)
  expect((await call(service, '/v1/suppressions')).json.data).toEqual([])
  expect((await call(service, '/v1/suppressions?state=lifted')).json.data).toHaveLength(2)

  // The last lift stays in the record.
  await call(service, pathOf('ada@müsic.example'), put({ reason: 'bounced' }))
  const anew = (await call(service, '/v1/suppressions?reason=bounced&source=api&limit=1')).json
  expect(anew.data).toMatchObject([{ active: true, by: null, lifted: { by: 'Kim' } }])
  expect(await evaluate(db, userId)).toEqual(['suppressed', 'suppressed'])
  const rest = await call(service, `/v1/suppressions?reason=bounced&cursor=${anew.cursor}`)
  expect(rest.json).toMatchObject({ data: [{ active: true }], cursor: null })
  expect(rest.json.data[0].address).not.toBe(anew.data[0].address)
})

test('lifting says what the provider answered, and can be repeated', async () => {
  const provider = await openSuppressionList()
  const env = { ROLE: 'api', RESEND_BASE_URL: provider.baseUrl }
  const service = await startService({ env })
  await call(service, pathOf('ada@example.com'), put())
  const answers: [status: number | 'hang up', state: string, detail: RegExp | null][] = [
    ['hang up', 'no_answer', /try again, or remove the address/],
    [401, 'refused', /^restricted_api_key: Not with \S+; if Resend suppresses the address/],
    [404, 'not_suppressed', null],
    [200, 'lifted', null],
  ]
  for (const [status, state, detail] of answers) {
    provider.statuses.push(status)
    const { json } = await call(service, pathOf('ada@example.com'), remove)
    expect(json.provider.state).toBe(state)
    if (detail) expect(json.provider.detail).toMatch(detail)
    else expect(json.provider.detail).toBe(null)
    expect(JSON.stringify(json)).not.toContain('re_test')
    expect(json.active).toBe(false)
  }
})

test('a complaint is lifted by force only, and replaces any other reason', async () => {
  const provider = await openSuppressionList()
  const env = { ROLE: 'api', RESEND_BASE_URL: provider.baseUrl }
  const service = await startService({ env })
  const { db } = service
  const { userId, deliveryId, address } = await acceptedEmail(db)
  const event = { tags: tagsOf(deliveryId) }
  await call(service, pathOf(address), put())
  await receiveEvent(db, 'email.complained', event)
  // Suppressing it by hand does not make it easier to lift.
  await call(service, pathOf(address), put())
  const refused = await call(service, pathOf(address), remove)
  expect(refused).toMatchObject({ status: 409, type: PROBLEM, json: { code: 'force_needed' } })
  expect(provider.calls).toEqual([])
  const lifted = await call(service, `${pathOf(address)}?force=true`, remove)
  expect(lifted.json).toMatchObject({ active: false, reason: 'complained', source: 'event' })
  // The complaint has switched the setting off, and only the user or the host switches it on.
  expect(await db.select().from(userPrivacySettings)).toMatchObject([
    { userId, notificationEmailsEnabled: false },
  ])

  // An event from before the lift does not undo it, unless it is a complaint; a later one does.
  const seconds = (Date.now() - Date.parse('2026-03-01T12:00:00Z')) / 1000
  const bounce = { ...event, data: permanentBounce }
  await receiveEvent(db, 'email.bounced', bounce)
  expect((await call(service, '/v1/suppressions')).json.data).toEqual([])
  await receiveEvent(db, 'email.bounced', { ...bounce, at: seconds + 60 })
  expect((await call(service, '/v1/suppressions')).json.data).toMatchObject([
    { address, reason: 'bounced: General', source: 'event', lifted: { source: 'api' } },
  ])
  await call(service, pathOf(address), remove)
  await receiveEvent(db, 'email.complained', event)
  expect((await call(service, '/v1/suppressions?reason=complained')).json.data).toHaveLength(1)
  expect(await db.select().from(recipients).where(eq(recipients.userId, userId))).toHaveLength(1)
})

test('an invalid request is explained and changes nothing', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const field = (name: string) => ({ code: 'invalid_request', errors: [{ field: name }] })
  const forged = encodeCursor({ since: '2026-11-24T08:00:00+23:59', address: 'a' })
  const valid = pathOf('ada@example.com')
  const faults: [string, Call, number, object][] = [
    [pathOf('ada'), put(), 400, field('address')],
    [pathOf('Ada <ada@example.com>'), put(), 400, field('address')],
    [pathOf('a@example.com,b@example.com'), remove, 400, field('address')],
    [pathOf('ada@example.com\0'), remove, 400, field('address')],
    [valid, put({ reason: 'suppressed' }), 400, field('reason')],
    [valid, put({ note: 'x'.repeat(501) }), 400, field('note')],
    [valid, put({ note: 'a\0b' }), 400, field('note')],
    [valid, put({ until: 'tomorrow' }), 400, field('until')],
    [`${valid}?force=yes`, remove, 400, field('force')],
    [valid, remove, 404, { code: 'suppression_not_found' }],
    ['/v1/suppressions?state=gone', {}, 400, field('state')],
    ['/v1/suppressions?address=ada', {}, 400, field('address')],
    [`/v1/suppressions?cursor=${forged}`, {}, 400, field('cursor.since')],
    [valid, { ...put(), token: CRON_SECRET }, 401, { code: 'unauthorized' }],
    [valid, { ...remove, token: null }, 401, { code: 'unauthorized' }],
    ['/v1/suppressions', { token: null }, 401, { code: 'unauthorized' }],
  ]
  for (const [path, request, status, expected] of faults) {
    const reply = await call(service, path, request)
    const name = `${path} ${JSON.stringify(request)}`
    expect(reply, name).toMatchObject({ status, type: PROBLEM, json: expected })
  }
  expect(await service.db.select().from(suppressions)).toEqual([])
})
