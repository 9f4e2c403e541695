import { randomUUID } from 'node:crypto'
import createClient, { type Middleware } from 'openapi-fetch'
import { expect, test } from 'vitest'
import {
  generateTypes,
  type Operation,
  readDocument,
  recordAnswers,
} from '../../support/api-document.ts'
import { addDueUsers } from '../../support/host.ts'
import { providerEvent, signedHeaders, WEBHOOK_SECRET } from '../../support/provider-event.ts'
import { API_TOKEN, CRON_SECRET, startService } from '../../support/service.ts'
import type { paths } from './openapi-types.ts'

/** Each test needs only these parts of one service. */
const start = () => startService({ env: { RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET } })

type ProviderEvent = paths['/webhooks/resend']['post']['requestBody']['content']['application/json']

const nobody = randomUUID()
const refuseAll = { kind: 'status', status: 422, name: 'validation_error', message: 'no' } as const

test('a client generated from /openapi.json calls every operation, and every answer has its schema', async () => {
  const { app, db, mailbox, run } = await start()
  const document = await readDocument(app.url)
  // Update it with: npx vitest run test/http/api/typed-client.test.ts --update
  const types = `// Generated from /openapi.json by openapi-typescript.\n${await generateTypes(document)}`
  await expect(types).toMatchFileSnapshot('./openapi-types.ts')
  // An answer without a schema; only the 204 of the event stream has no content.
  expect(types.match(/content\?: never/g)).toHaveLength(1)

  const { check, called, statuses, differences } = recordAnswers(document)
  const watch: Middleware = {
    async onResponse({ schemaPath, request, response }) {
      called.add(await check(schemaPath, request.method.toLowerCase(), response))
    },
  }
  const clientWith = (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const client = createClient<paths>({ baseUrl: app.url, headers })
    client.use(watch)
    return client
  }
  const client = clientWith(API_TOKEN)
  const scheduler = clientWith(CRON_SECRET)

  // Runs
  const [userId = ''] = await addDueUsers(db, 3)
  const key = { params: { header: { 'idempotency-key': 'once' } } }
  const started = await client.POST('/v1/runs', { ...key, body: { type: 'all' } })
  const id = started.data?.id ?? ''
  const conflict = await client.POST('/v1/runs', { ...key, body: { type: 'new_notifications' } })
  expect(conflict.error?.code).toBe('idempotency_conflict')
  const denied = await scheduler.POST('/v1/runs', { body: { type: 'all', userIds: [userId] } })
  expect(denied.error?.code).toBe('not_allowed')
  const joined = await scheduler.POST('/v1/runs', { body: { type: 'all', dryRun: true } })
  expect(Object.keys(joined.data ?? {})).toEqual(['id', 'status'])
  const stream = await client.GET('/v1/runs/{id}/events', {
    params: { path: { id } },
    parseAs: 'text',
  })
  expect(stream.data).toContain('event: finished')
  const rest = await client.GET('/v1/runs/{id}/events', {
    params: { path: { id } },
    headers: { 'last-event-id': 'finished' },
  })
  expect(rest.response.status).toBe(204)
  await client.GET('/v1/runs/{id}/events', { params: { path: { id: nobody } } })
  const one = await client.GET('/v1/runs/{id}', { params: { path: { id } } })
  expect(one.data?.counts.byType.new_notifications.sent).toBe(3)
  const noRun = await client.GET('/v1/runs/{id}', { params: { path: { id: nobody } } })
  expect(noRun.error?.code).toBe('run_not_found')
  const runs = await client.GET('/v1/runs', { params: { query: { limit: 1 } } })
  expect(runs.data).toMatchObject({ data: [{}], cursor: expect.any(String) })

  // Emails
  const query = { userId, type: 'new_notifications', success: 'true' } as const
  const emails = await client.GET('/v1/emails', { params: { query } })
  const email = emails.data?.data[0]
  expect(email?.delivery?.progress).toBeNull()
  const detail = await client.GET('/v1/emails/{id}', { params: { path: { id: email?.id ?? '' } } })
  expect(detail.data?.content?.subject).toBe(email?.delivery?.subject)
  const noEmail = await client.GET('/v1/emails/{id}', { params: { path: { id: nobody } } })
  expect(noEmail.error?.code).toBe('email_not_found')
  const [from, to] = [-1, 1].map(days => new Date(Date.now() + days * 86_400_000).toISOString())
  const stats = await client.GET('/v1/emails/stats', {
    params: { query: { from: from ?? '', to: to ?? '' } },
  })
  expect(stats.data?.rows[0]?.accepted).toBe(3)
  for (const format of ['csv', 'ndjson'] as const) {
    const options = { params: { query: { format } }, parseAs: 'text' } as const
    const file = await client.GET('/v1/emails/export', options)
    expect(file.data).toContain(email?.id)
  }

  // Users
  const of = (userId: string) => ({ params: { path: { userId } } })
  const settings = '/v1/users/{userId}/notification-settings'
  const off = { body: { notificationEmailsEnabled: false } }
  expect((await client.GET(settings, of(userId))).data?.source).toBe('default')
  expect((await client.GET(settings, of(nobody))).error?.code).toBe('user_not_found')
  const [silent = ''] = await addDueUsers(db, 1)
  const changed = await client.PUT(settings, { ...of(silent), ...off })
  expect(changed.data?.notificationEmailsEnabled).toBe(false)
  await client.PUT(settings, { ...of(nobody), ...off })
  const preferences = '/v1/users/{userId}/notification-preferences'
  const resumed = { body: { pausedUntil: null } }
  expect((await client.GET(preferences, of(userId))).data?.source).toBe('default')
  expect((await client.GET(preferences, of(nobody))).error?.code).toBe('user_not_found')
  expect((await client.PUT(preferences, { ...of(userId), ...resumed })).data?.pausedUntil).toBe(
    null,
  )
  await client.PUT(preferences, { ...of(nobody), ...resumed })
  const explained = await client.GET('/v1/users/{userId}/explain', of(userId))
  expect(explained.data?.types.new_notifications.rules.length).toBeGreaterThan(0)
  await client.GET('/v1/users/{userId}/explain', of(nobody))
  const type = 'new_notifications'
  const send = '/v1/users/{userId}/emails'
  const notDue = await client.POST(send, { ...of(userId), body: { type } })
  expect(notDue.error?.code === 'not_due' && notDue.error.verdicts?.new_notifications.due).toBe(
    false,
  )
  await client.POST(send, { ...of(nobody), body: { type } })
  const [due = ''] = await addDueUsers(db, 1)
  await client.POST('/v1/preview', { body: { type, userId: due } })
  expect((await client.POST('/v1/preview', { body: { type } })).data?.headers).toBeDefined()
  await client.POST('/v1/preview', { body: { type, userId } })
  await client.POST('/v1/preview', { body: { type, userId: nobody } })
  expect((await client.POST(send, { ...of(due), body: { type } })).data?.trigger).toBe('http')

  // Suppressions
  const suppression = '/v1/suppressions/{address}'
  const at = (address: string) => ({ params: { path: { address } } })
  const suppressed = await client.PUT(suppression, {
    ...at('ada@example.com'),
    body: { reason: 'complained', note: 'from the old mailer' },
  })
  expect(suppressed.data?.active).toBe(true)
  const listed = await client.GET('/v1/suppressions', {
    params: { query: { reason: 'complained' } },
  })
  expect(listed.data?.data).toHaveLength(1)
  const unforced = await client.DELETE(suppression, at('ada@example.com'))
  expect(unforced.error?.code).toBe('force_needed')
  const never = await client.DELETE(suppression, at('kim@example.com'))
  expect(never.error?.code).toBe('suppression_not_found')
  const lifted = await client.DELETE(suppression, {
    params: { path: { address: 'ada@example.com' }, query: { force: 'true' } },
  })
  expect(lifted.data?.provider.state).toBe('not_suppressed')

  // Changes
  const changes = await client.GET('/v1/changes', { params: { query: { type: 'address.lifted' } } })
  expect(changes.data?.data).toMatchObject([{ by: 'api', detail: { address: 'ada@example.com' } }])

  // The provider, and the probes
  const event = providerEvent('email.bounced') as ProviderEvent
  const signed = signedHeaders(JSON.stringify(event))
  const header = {
    'svix-id': signed['svix-id'] ?? '',
    'svix-timestamp': signed['svix-timestamp'] ?? '',
    'svix-signature': signed['svix-signature'] ?? '',
  }
  const received = await client.POST('/webhooks/resend', { params: { header }, body: event })
  expect(received.data?.received).toBe(true)
  const forged = { params: { header: { ...header, 'svix-id': 'another' } }, body: event }
  expect((await client.POST('/webhooks/resend', forged)).error?.code).toBe('invalid_signature')
  expect((await client.GET('/health/live')).data?.status).toBe('ok')
  expect((await client.GET('/health/ready')).data?.checks.database).toBe('ok')
  expect((await client.GET('/metrics', { parseAs: 'text' })).data).toContain('tidings_open')

  // The cron route
  const cron = '/api/cron/send-notification-emails'
  await run()
  expect((await scheduler.GET(cron)).data?.emailsSent).toBe(0)
  expect((await scheduler.POST(cron)).data?.success).toBe(true)
  for (const method of ['GET', 'POST'] as const) {
    await addDueUsers(db, 1)
    mailbox.setFault(refuseAll)
    const { error } = await (method === 'GET' ? scheduler.GET(cron) : scheduler.POST(cron))
    expect(error).toMatchObject({ success: false })
  }

  // A request without a token, and one with invalid parameters, for every operation
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  )
  const authorization = `Bearer ${API_TOKEN}`
  for (const { path, method, requestBody, security } of operations) {
    if (!security) continue
    const url = `${app.url}${path.replace(/\{\w+\}/g, 'x')}?nothing=1`
    const body = requestBody && { body: '{}' }
    const headers = requestBody && { 'content-type': 'application/json' }
    const init = { method: method.toUpperCase(), ...body }
    await check(path, method, await fetch(url, { ...init, headers: { ...headers } }))
    if (path === cron) continue
    await check(path, method, await fetch(url, { ...init, headers: { ...headers, authorization } }))
  }
  const bodies = [
    { body: '{', headers: { 'content-type': 'application/json' } },
    { body: 'x', headers: { 'content-type': 'text/plain' } },
    { body: ' '.repeat(2 ** 21), headers: { 'content-type': 'application/json' } },
  ]
  for (const { body, headers } of bodies) {
    const init = { method: 'POST', body, headers: { ...headers, authorization } }
    await check('/v1/runs', 'post', await fetch(`${app.url}/v1/runs`, init))
  }

  expect(differences).toEqual([])
  expect([...called].toSorted()).toEqual(operations.map(each => each.operationId).toSorted())
  expect(operations.flatMap(undocumentedParts)).toEqual([])
  const expected = operations.flatMap(({ operationId, responses }) =>
    Object.keys(responses).map(status => `${operationId} ${status}`),
  )
  expect(expected.filter(answer => !statuses.has(answer) && !isGeneral(answer))).toEqual([])
  for (const status of [400, 401, 413, 415]) expect(statuses).toContain(`startRun ${status}`)
})

/** The same for every operation, or caused by a failure of the service. */
function isGeneral(answer: string): boolean {
  return /(?<!^runAllAndWait\w*) 500$| (413|415|429|503)$/.test(answer)
}

function undocumentedParts({ operationId, tags, responses }: Operation): string[] {
  const answers = Object.keys(responses)
  return [
    ...(tags?.length === 1 ? [] : [`${operationId} has no tag`]),
    ...(answers.some(status => status.startsWith('2')) ? [] : [`${operationId} has no answer`]),
  ]
}
