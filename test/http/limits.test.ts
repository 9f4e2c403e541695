import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { call } from '../support/client.ts'
import { type LogLine, logTo } from '../support/log.ts'
import { API_TOKEN, type Service, startService } from '../support/service.ts'
import { signIn } from '../support/signed-in.ts'

/** Requests that never end. */
const incomplete: Record<string, string> = {
  'nothing at all': '',
  'half a request line': 'POST /v1/ru',
  'half of the headers': 'POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Ty',
  'half a body': `POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${API_TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"type"`,
  'half a body without a token':
    'POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx',
  'half a form':
    'POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ntoken=',
  'half a chunk':
    'POST /webhooks/resend HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nx',
}

/** Includes the webhook route. */
const env = { ROLE: 'api', RESEND_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }

/** Opens a connection and sends a text. `answer` resolves to the whole answer when it closes. */
async function open(url: string, sent = ''): Promise<{ socket: Socket; answer: Promise<string> }> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  if (sent) socket.write(sent)
  let text = ''
  socket.on('data', part => {
    text += part
  })
  socket.on('error', () => {})
  return { socket, answer: new Promise(resolve => socket.once('close', () => resolve(text))) }
}

const follow = async (service: Service) => {
  const cookie = await signIn(service)
  const stream = await fetch(`${service.app.url}/live`, { headers: { cookie } })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  onTestFinished(async () => reader?.cancel())
  /** Reads until the stream contains the text. */
  return async (wanted: string) => {
    for (let received = ''; !received.includes(wanted); ) {
      const part = await reader?.read()
      if (!part || part.done) throw new Error(`the stream ended before ${wanted}`)
      received += part.value
    }
  }
}

test('incomplete requests are closed after the timeout; an open stream continues', async () => {
  const service = await startService({ env, timing: { httpRequest: 1_000 } })
  const waitFor = await follow(service)
  await waitFor('event: parts')

  const answers = await Promise.all(
    Object.values(incomplete).map(async sent => (await open(service.app.url, sent)).answer),
  )

  for (const [at, answer] of answers.entries()) {
    expect(answer, Object.keys(incomplete)[at]).toMatch(/^($|HTTP\/1\.1 (408|401) )/)
  }
  expect((await call(service, '/health/live')).status).toBe(200)
  // The stream was opened first and still reports a new run.
  const run = await call(service, '/v1/runs', { json: { type: 'all' } })
  await waitFor(run.json.id)
})

test('connections above the limit are refused and logged once', async () => {
  const lines: LogLine[] = []
  const service = await startService({
    ...{ env: { ROLE: 'api' }, timing: { connections: 5 }, logger: logTo(lines) },
  })
  const { url } = service.app
  const accepted = await Promise.all(Array.from({ length: 5 }, () => open(url)))

  const refused = await Promise.all(Array.from({ length: 3 }, () => open(url)))
  expect(await Promise.all(refused.map(({ answer }) => answer))).toEqual(['', '', ''])
  const logged = lines.filter(({ msg }) => /^Too many connections/.test(msg))
  expect(logged).toHaveLength(1)

  for (const { socket } of accepted) socket.destroy()
  await expect
    .poll(() => call(service, '/health/live').catch(() => null), { timeout: 10_000 })
    .toMatchObject({ status: 200 })
})

test('a stop does not wait for incomplete requests', async () => {
  const service = await startService({ env, timing: { httpGrace: 200 } })
  const waitFor = await follow(service)
  await waitFor('event: parts')
  const opened = await Promise.all(
    Object.values(incomplete).map(sent => open(service.app.url, sent)),
  )

  const since = performance.now()
  await service.app.stop()

  expect(performance.now() - since).toBeLessThan(5_000)
  await Promise.all(opened.map(({ answer }) => answer))
})
