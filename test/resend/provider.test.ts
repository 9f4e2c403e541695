import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { createResendProvider } from '../../src/resend/provider.ts'

const never = new AbortController().signal
const none = Buffer.from('[]')

/** Something that answers in Resend's place, and a provider that calls it. */
async function openServer(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return createResendProvider({ apiKey: 're_test', baseUrl: `http://127.0.0.1:${port}` })
}

test('a frozen body goes out byte by byte, under its key, in permissive mode', async () => {
  const seen: { request: IncomingMessage; body: string }[] = []
  const provider = await openServer(async (request, response) => {
    seen.push({ request, body: await text(request) })
    response.setHeader('content-type', 'application/json')
    response.end('{"data":[{"id":"1"}]}')
  })
  const body = JSON.stringify([
    {
      to: ['a@example.com'],
      headers: { 'List-Unsubscribe': '<x>' },
      text: 'ü \u2028 "q" 1e3',
      n: 0.1,
    },
  ])

  const answer = await provider.send('key-1', Buffer.from(body), never)

  expect(answer).toMatchObject({ kind: 'answered', ids: ['1'], errors: [] })
  expect(seen).toHaveLength(1)
  expect(seen[0]?.body).toBe(body)
  expect(seen[0]?.request).toMatchObject({ method: 'POST', url: '/emails/batch' })
  expect(seen[0]?.request.headers).toMatchObject({
    authorization: 'Bearer re_test',
    // In one piece of known length, and never chunked.
    'content-length': String(Buffer.byteLength(body)),
    'content-type': 'application/json',
    'idempotency-key': 'key-1',
    'x-batch-validation': 'permissive',
  })
})

const odd: [name: string, listener: RequestListener, answer: object][] = [
  [
    'an HTML error',
    (_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'),
    { kind: 'refused', status: 502 },
  ],
  [
    'a success that is no JSON',
    (_, response) => response.end('<h1>Hello</h1>'),
    { kind: 'silent' },
  ],
  ['an empty success', (_, response) => response.writeHead(204).end(), { kind: 'silent' }],
  [
    'an error that is null',
    (_, response) => response.writeHead(500).end('null'),
    { kind: 'silent' },
  ],
  [
    'an error that is text',
    (_, response) => response.writeHead(500).end('"no"'),
    { kind: 'silent' },
  ],
  ['a closed connection', request => request.socket.destroy(), { kind: 'silent', code: 'network' }],
]
test.for(odd)('%s never throws', async ([, listener, expected]) => {
  const provider = await openServer(listener)

  expect(await provider.send('key', none, never)).toMatchObject(expected)
})

test('a redirect is not followed, and no answer', async () => {
  const asked: string[] = []
  const provider = await openServer((request, response) => {
    asked.push(String(request.url))
    response.writeHead(308, { location: '/elsewhere' }).end()
  })

  const answer = await provider.send('key', none, never)

  expect(answer).toMatchObject({ kind: 'silent', code: 'network' })
  expect(asked).toEqual(['/emails/batch'])
})

test('a server that is not there is the network', async () => {
  const provider = createResendProvider({ apiKey: 're_test', baseUrl: 'http://127.0.0.1:1' })

  const answer = await provider.send('key', none, never)

  expect(answer).toMatchObject({ kind: 'silent', code: 'network' })
})

test('a request that is cut off ends at once, as a timeout', async () => {
  const cut = new AbortController()
  const provider = await openServer(() => cut.abort())

  expect(await provider.send('key', none, cut.signal)).toMatchObject({
    kind: 'silent',
    code: 'timeout',
  })
  expect(await provider.send('key', none, AbortSignal.abort())).toMatchObject({ kind: 'silent' })
})

test('an answer that is cut off halfway is a timeout as well', async () => {
  const cut = new AbortController()
  const provider = await openServer((_, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('{"data":', () => cut.abort())
  })

  expect(await provider.send('key', none, cut.signal)).toMatchObject({
    kind: 'silent',
    code: 'timeout',
  })
})

const probes: [name: string, listener: RequestListener, proved: boolean][] = [
  ['a list', (_, response) => response.end('{"object":"list","data":[]}'), true],
  ['a key that may only send', refuse(401, 'restricted_api_key'), true],
  ['a server that only sends', refuse(404, 'not_found'), true],
  ['a refused key', refuse(403, 'invalid_api_key'), false],
  ['a missing key', refuse(401, 'missing_api_key'), false],
  ['a refused account', refuse(451, 'security_error'), false],
  ['a full quota', refuse(429, 'rate_limit_exceeded'), false],
  ['a fault of the server', refuse(500, 'application_error'), false],
  ['a page', (_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'), false],
  ['no JSON', (_, response) => response.end('hello'), false],
  ['a closed connection', request => request.socket.destroy(), false],
]
test.for(probes)('a probe that gets %s', async ([, listener, proved]) => {
  const seen: string[] = []
  const provider = await openServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    listener(request, response)
  })

  expect(await provider.probe(never)).toBe(proved)
  expect(seen).toEqual(['GET /domains'])
})

test('a probe that is cut off proves nothing', async () => {
  const cut = new AbortController()
  const provider = await openServer(() => cut.abort())

  expect(await provider.probe(cut.signal)).toBe(false)
})

function refuse(statusCode: number, name: string): RequestListener {
  return (_, response) =>
    response.writeHead(statusCode).end(JSON.stringify({ statusCode, name, message: 'no' }))
}
