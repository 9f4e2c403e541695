import { expect, test } from 'vitest'
import { events } from '../../../src/db/schema.ts'
import { call, type Reply } from '../../support/client.ts'
import {
  postEvent,
  providerEvent,
  sign,
  signedHeaders,
  tagsOf,
  WEBHOOK_SECRET,
} from '../../support/provider-event.ts'
import { acceptedEmail, deliveryOf } from '../../support/provider-told.ts'
import { type Service, startService } from '../../support/service.ts'

const PROBLEM = 'application/problem+json; charset=utf-8'
const start = (env: Record<string, string> = { RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET }) =>
  startService({ env: { ROLE: 'api', ...env } })

const body = JSON.stringify(providerEvent('email.delivered'))
const post = (service: Service, headers: Record<string, string>, text = body): Promise<Reply> =>
  call(service, '/webhooks/resend', { token: null, headers, body: text })
const keptOf = ({ db }: Service) => db.select().from(events)

test('without the secret there is no such route', async () => {
  const service = await start({})
  const reply = await post(service, signedHeaders(body))
  expect(reply).toMatchObject({ status: 404, type: PROBLEM, json: { code: 'not_found' } })
})

test('a signed event is answered 200, kept, and moves its email', async () => {
  const service = await start()
  const { userId, deliveryId, emailId } = await acceptedEmail(service.db)
  const event = providerEvent('email.delivered', { emailId, tags: tagsOf(deliveryId) })

  expect(await postEvent(service, event, { id: 'msg_1' })).toMatchObject({ status: 200 })

  expect(await keptOf(service)).toMatchObject([
    { id: 'msg_1', deliveryId, providerId: emailId, type: 'email.delivered' },
  ])
  expect(await deliveryOf(service.db, userId)).toMatchObject({ progress: 'delivered' })
})

const sound = signedHeaders(body)
const { 'svix-id': id = '', 'svix-timestamp': timestamp = '' } = sound
const forgeries: [string, Record<string, string>, string?][] = [
  ['no signature at all', { 'content-type': 'application/json' }],
  ['no id', { ...sound, 'svix-id': '' }],
  ['no timestamp', { ...sound, 'svix-timestamp': '' }],
  ['no signature', { ...sound, 'svix-signature': '' }],
  ['another body', sound, body.replace('delivered', 'complained')],
  ['the same JSON in other bytes', sound, `${body} `],
  ['no body', sound, ''],
  ['another id', { ...sound, 'svix-id': `${id}x` }],
  ['another time', { ...sound, 'svix-timestamp': String(Number(timestamp) + 1) }],
  ['a time that is none', { ...sound, 'svix-timestamp': 'now' }],
  ['another secret', signedHeaders(body, { secret: `whsec_${btoa('somebody else')}` })],
  ['a time long past', signedHeaders(body, { age: 600 })],
  ['a time to come', signedHeaders(body, { age: -600 })],
  ['half a signature', { ...sound, 'svix-signature': 'v1' }],
  ['a signature of another kind', { ...sound, 'svix-signature': 'v1a,AAAA' }],
  ['our bearer token', { authorization: 'Bearer test-api-token' }],
]
test('whatever is not signed by the provider is answered 401 and leaves nothing', async () => {
  const service = await start()
  for (const [kind, headers, text] of forgeries) {
    const reply = await post(service, headers, text)
    const code = 'invalid_signature'
    expect(reply, kind).toMatchObject({ status: 401, type: PROBLEM, json: { code } })
    expect(reply.text).not.toContain(WEBHOOK_SECRET)
  }
  expect(await keptOf(service)).toEqual([])
  expect(await post(service, sound)).toMatchObject({ status: 200 })
})

test('while the secret changes, one of two signatures is enough', async () => {
  const service = await start()
  const stamp = { id, timestamp: Number(timestamp) }
  const other = sign(body, { ...stamp, secret: `whsec_${btoa('the next secret')}` })
  const ours = sign(body, { ...stamp, secret: WEBHOOK_SECRET })
  for (const signature of [`${other} ${ours}`, `${ours} ${other}`]) {
    expect(await post(service, { ...sound, 'svix-signature': signature })).toMatchObject({
      status: 200,
    })
  }
  expect((await post(service, { ...sound, 'svix-signature': `${other} ${other}` })).status).toBe(
    401,
  )
})

test('a content type that is not JSON, or none, changes nothing about a signed event', async () => {
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
  expect(await keptOf(service)).toHaveLength(4)
})
