import { expect, test } from 'vitest'
import { events } from '../../../src/db/schema.ts'
import { call, PROBLEM, type Reply } from '../../support/client.ts'
import {
  postEvent,
  providerEvent,
  sign,
  signedHeaders,
  tagsOf,
  WEBHOOK_SECRET,
} from '../../support/provider-event.ts'
import { acceptedEmail, deliveryOf } from '../../support/record-event.ts'
import { type Service, startService } from '../../support/service.ts'

const start = (env: Record<string, string> = { RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET }) =>
  startService({ env: { ROLE: 'api', ...env } })

const body = JSON.stringify(providerEvent('email.delivered'))
const post = (service: Service, headers: Record<string, string>, text = body): Promise<Reply> =>
  call(service, '/webhooks/resend', { token: null, headers, body: text })
const storedEvents = ({ db }: Service) => db.select().from(events)

test('the route exists only with RESEND_WEBHOOK_SECRET', async () => {
  const service = await start({})
  const reply = await post(service, signedHeaders(body))
  expect(reply).toMatchObject({ status: 404, type: PROBLEM, json: { code: 'not_found' } })
})

test('a signed event is answered 200, is stored, and updates its delivery', async () => {
  const service = await start()
  const { userId, deliveryId, emailId } = await acceptedEmail(service.db)
  const event = providerEvent('email.delivered', { emailId, tags: tagsOf(deliveryId) })

  expect(await postEvent(service, event, { id: 'msg_1' })).toMatchObject({ status: 200 })

  expect(await storedEvents(service)).toMatchObject([
    { id: 'msg_1', deliveryId, providerId: emailId, type: 'email.delivered' },
  ])
  expect(await deliveryOf(service.db, userId)).toMatchObject({ progress: 'delivered' })
})

const valid = signedHeaders(body)
const { 'svix-id': id = '', 'svix-timestamp': timestamp = '' } = valid
const forgeries: [string, Record<string, string>, string?][] = [
  ['no signature at all', { 'content-type': 'application/json' }],
  ['no id', { ...valid, 'svix-id': '' }],
  ['no timestamp', { ...valid, 'svix-timestamp': '' }],
  ['no signature', { ...valid, 'svix-signature': '' }],
  ['another body', valid, body.replace('delivered', 'complained')],
  ['the same JSON in other bytes', valid, `${body} `],
  ['no body', valid, ''],
  ['another id', { ...valid, 'svix-id': `${id}x` }],
  ['another time', { ...valid, 'svix-timestamp': String(Number(timestamp) + 1) }],
  ['an invalid time', { ...valid, 'svix-timestamp': 'now' }],
  ['another secret', signedHeaders(body, { secret: `whsec_${btoa('another secret')}` })],
  ['an old time', signedHeaders(body, { age: 600 })],
  ['a future time', signedHeaders(body, { age: -600 })],
  ['a truncated signature', { ...valid, 'svix-signature': 'v1' }],
  ['a signature of another kind', { ...valid, 'svix-signature': 'v1a,AAAA' }],
  ['our bearer token', { authorization: 'Bearer test-api-token' }],
]
test('a request without a valid signature is answered 401 and is not stored', async () => {
  const service = await start()
  for (const [kind, headers, text] of forgeries) {
    const reply = await post(service, headers, text)
    const code = 'invalid_signature'
    expect(reply, kind).toMatchObject({ status: 401, type: PROBLEM, json: { code } })
    expect(reply.text).not.toContain(WEBHOOK_SECRET)
  }
  expect(await storedEvents(service)).toEqual([])
  expect(await post(service, valid)).toMatchObject({ status: 200 })
})

test('one of two signatures is enough, so the secret can be rotated', async () => {
  const service = await start()
  const stamp = { id, timestamp: Number(timestamp) }
  const other = sign(body, { ...stamp, secret: `whsec_${btoa('the next secret')}` })
  const current = sign(body, { ...stamp, secret: WEBHOOK_SECRET })
  for (const signature of [`${other} ${current}`, `${current} ${other}`]) {
    expect(await post(service, { ...valid, 'svix-signature': signature })).toMatchObject({
      status: 200,
    })
  }
  expect((await post(service, { ...valid, 'svix-signature': `${other} ${other}` })).status).toBe(
    401,
  )
})

test('a signed event is accepted with any content type, or none', async () => {
  const service = await start()
  const bytes = new Blob([body])
  for (const type of ['text/plain', 'application/octet-stream', 'x-y/z; charset=latin1']) {
    expect((await post(service, { ...signedHeaders(body), 'content-type': type })).status).toBe(200)
  }
  const { 'content-type': _none, ...headers } = signedHeaders(body)
  const reply = await fetch(`${service.app.url}/webhooks/resend`, {
    method: 'POST',
    headers,
    body: await bytes.bytes(),
  })
  expect(reply.status).toBe(200)
  expect(await storedEvents(service)).toHaveLength(4)
})
