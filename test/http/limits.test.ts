import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { call } from '../support/client.ts'
import { type LogLine, logTo } from '../support/log.ts'
import { API_TOKEN, type Service, startService } from '../support/service.ts'
import { signIn } from '../support/signed-in.ts'

/** What keeps a connection and never comes to an end. */
const endless: Record<string, string> = {
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

/** The webhook's route is there as well. */
const env = { ROLE: 'api', RESEND_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }

/** A connection on which this much was sent, and what it was answered until it is closed. */
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
  /** Reads on until this is told. */
  return async (wanted: string) => {
    for (let told = ''; !told.includes(wanted); ) {
      const part = await reader?.read()
      if (!part || part.done) throw new Error(`the stream ended before it told ${wanted}`)
      told += part.value
    }
  }
}

test('a request that does not arrive is cut off, whatever of it is there; a stream goes on', async () => {
  const service = await startService({ env, timing: { httpRequest: 1_000 } })
  const until = await follow(service)
  await until('event: parts')

  const answers = await Promise.all(
    Object.values(endless).map(async sent => (await open(service.app.url, sent)).answer),
  )

  for (const [at, answer] of answers.entries()) {
    expect(answer, Object.keys(endless)[at]).toMatch(/^($|HTTP\/1\.1 (408|401) )/)
  }
  expect((await call(service, '/health/live')).status).toBe(200)
  // Begun before all of them, and still there: a new run is told on it.
  const run = await call(service, '/v1/runs', { json: { type: 'all' } })
  await until(run.json.id)
})

test('past so many connections further ones are turned away, and the log says so once', async () => {
  const lines: LogLine[] = []
  const service = await startService({
    ...{ env: { ROLE: 'api' }, timing: { connections: 5 }, logger: logTo(lines) },
  })
  const { url } = service.app
  const taken = await Promise.all(Array.from({ length: 5 }, () => open(url)))

  const refused = await Promise.all(Array.from({ length: 3 }, () => open(url)))
  expect(await Promise.all(refused.map(({ answer }) => answer))).toEqual(['', '', ''])
  const told = lines.filter(({ msg }) => /^too many connections/.test(msg))
  expect(told).toHaveLength(1)

  for (const { socket } of taken) socket.destroy()
  await expect
    .poll(() => call(service, '/health/live').catch(() => null), { timeout: 10_000 })
    .toMatchObject({ status: 200 })
})

test('a stop waits for none of them', async () => {
  const service = await startService({ env, timing: { httpGrace: 200 } })
  const until = await follow(service)
  await until('event: parts')
  const opened = await Promise.all(Object.values(endless).map(sent => open(service.app.url, sent)))

  const since = performance.now()
  await service.app.stop()

  expect(performance.now() - since).toBeLessThan(5_000)
  await Promise.all(opened.map(({ answer }) => answer))
})
