import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { createResendProvider } from '../../src/resend/provider.ts'

const never = new AbortController().signal
const none = Buffer.from('[]')

/** Starts a server in place of Resend and returns a provider that calls it. */
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

test('a stored body is sent unchanged, under its key, in permissive mode', async () => {
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
    // With a known length, not chunked.
    'content-length': String(Buffer.byteLength(body)),
    'content-type': 'application/json',
    'idempotency-key': 'key-1',
    'x-batch-validation': 'permissive',
  })
})

const unusual: [name: string, listener: RequestListener, answer: object][] = [
  [
    'an HTML error',
    (_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'),
    { kind: 'refused', status: 502 },
  ],
  [
    'a success that is not JSON',
    (_, response) => response.end('<h1>Hello</h1>'),
    { kind: 'no_response' },
  ],
  ['an empty success', (_, response) => response.writeHead(204).end(), { kind: 'no_response' }],
  [
    'an error that is null',
    (_, response) => response.writeHead(500).end('null'),
    { kind: 'no_response' },
  ],
  [
    'an error that is a string',
    (_, response) => response.writeHead(500).end('"no"'),
    { kind: 'no_response' },
  ],
  [
    'a closed connection',
    request => request.socket.destroy(),
    { kind: 'no_response', code: 'network' },
  ],
]
test.for(unusual)('%s does not throw', async ([, listener, expected]) => {
  const provider = await openServer(listener)

  expect(await provider.send('key', none, never)).toMatchObject(expected)
})

test('a redirect is not followed and counts as no answer', async () => {
  const requested: string[] = []
  const provider = await openServer((request, response) => {
    requested.push(String(request.url))
    response.writeHead(308, { location: '/elsewhere' }).end()
  })

  const answer = await provider.send('key', none, never)

  expect(answer).toMatchObject({ kind: 'no_response', code: 'network' })
  expect(requested).toEqual(['/emails/batch'])
})

test('an unreachable server is a network error', async () => {
  const provider = createResendProvider({ apiKey: 're_test', baseUrl: 'http://127.0.0.1:1' })

  const answer = await provider.send('key', none, never)

  expect(answer).toMatchObject({ kind: 'no_response', code: 'network' })
})

test('an aborted request ends at once, as a timeout', async () => {
  const abort = new AbortController()
  const provider = await openServer(() => abort.abort())

  expect(await provider.send('key', none, abort.signal)).toMatchObject({
    kind: 'no_response',
    code: 'timeout',
  })
  expect(await provider.send('key', none, AbortSignal.abort())).toMatchObject({
    kind: 'no_response',
  })
})

test('an answer that is aborted halfway is also a timeout', async () => {
  const abort = new AbortController()
  const provider = await openServer((_, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('{"data":', () => abort.abort())
  })

  expect(await provider.send('key', none, abort.signal)).toMatchObject({
    kind: 'no_response',
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
  ['an exceeded rate', refuse(429, 'rate_limit_exceeded'), false],
  ['a server error', refuse(500, 'application_error'), false],
  ['an HTML page', (_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'), false],
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

test('an aborted probe proves nothing', async () => {
  const abort = new AbortController()
  const provider = await openServer(() => abort.abort())

  expect(await provider.probe(abort.signal)).toBe(false)
})

function refuse(statusCode: number, name: string): RequestListener {
  return (_, response) =>
    response.writeHead(statusCode).end(JSON.stringify({ statusCode, name, message: 'no' }))
}
