import { randomUUID } from 'node:crypto'
import { get, type IncomingMessage } from 'node:http'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createMetrics } from '../../../src/app/metrics/metrics.ts'
import type { Attempt, Audit } from '../../../src/core/audit/audit.ts'
import { listen } from '../../../src/http/listen.ts'
import { type ApiOptions, buildServer } from '../../../src/http/server.ts'
import { call } from '../../support/client.ts'
import { addAttempt, failed } from '../../support/history.ts'
import { addUser } from '../../support/host.ts'
import { API_TOKEN, startService } from '../../support/service.ts'

test('an export has the rows and the order of the list, as CSV and JSON lines', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const user = await addUser(service.db)
  // More than one page.
  const ids: string[] = []
  for (let count = 0; count < 620; count += 1) {
    ids.push(
      await addAttempt(service.db, user, { sentAt: new Date(Date.UTC(2031, 0, 1, 0, count)) }),
    )
  }
  await addAttempt(service.db, user, { sentAt: new Date('2020-01-01'), ...failed('=1+1: x') })

  const lines = await call(service, '/v1/emails/export?format=ndjson&success=true')
  expect(lines).toMatchObject({ status: 200, type: 'application/x-ndjson' })
  const exported = lines.text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line).id)
  expect(exported).toEqual(ids.toReversed())

  const csv = await call(service, '/v1/emails/export?format=csv&success=false')
  expect(csv).toMatchObject({ status: 200, type: 'text/csv; charset=utf-8' })
  expect(csv.headers.get('content-disposition')).toMatch(
    /^attachment; filename="emails-\d{4}-\d\d-\d\d\.csv"$/,
  )
  expect(csv.text).toMatch(/^\ufeff?id,userId,.*\n[^\n]*,failed,'=1\+1: x,[^\n]*\n$/)

  const none = await call(service, `/v1/emails/export?format=ndjson&userId=${randomUUID()}`)
  expect(none).toMatchObject({ status: 200, text: '' })
  const head = await call(service, `/v1/emails/export?format=csv&userId=${randomUUID()}`)
  expect(head.text).toMatch(/^\ufeff?id,userId,[^\n]*\n$/)
})

/** Starts a server with a generated stream of attempts. `requestExport` requests an export. */
async function startServer(stream: Audit['stream']) {
  const server = await buildServer({
    isUnavailable: () => false,
    logger: pino({ level: 'silent' }),
    trustProxy: false,
    https: false,
    limits: { requestMs: 30_000, connections: 100 },
    checks: {},
    metrics: createMetrics(async () => ({}) as never),
    api: {
      audit: { stream },
      tokens: { write: [API_TOKEN], read: [API_TOKEN], start: [], cron: ['x'] },
      recipientPages: { app: { name: 'Covers', url: 'http://localhost' }, rules: {}, links: {} },
    } as unknown as ApiOptions,
  })
  onTestFinished(() => server.close())
  const url = await listen(server, { host: '127.0.0.1', port: 0 })
  const requestExport = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${API_TOKEN}` }
      get(`${url}/v1/emails/export?format=ndjson`, { headers, agent: false }, resolve).on(
        'error',
        reject,
      )
    })
  return { server, requestExport }
}

const page = (): Attempt[] => [
  {
    id: randomUUID(),
    userId: randomUUID(),
    emailType: 'new_notifications',
    sentAt: new Date(),
    notificationIds: [],
    notificationCount: 0,
    success: false,
    errorMessage: 'x'.repeat(256 * 1024),
    outcome: 'failed',
    delivery: null,
  },
]

/** An endless stream. `seen` counts its pages and records its end. */
function endless() {
  const seen = { pages: 0, ended: false, signal: undefined as AbortSignal | undefined }
  async function* stream(_filter: unknown, signal: AbortSignal) {
    seen.signal = signal
    try {
      while (!signal.aborted) {
        seen.pages += 1
        yield page()
      }
    } finally {
      seen.ended = true
    }
  }
  return { seen, stream }
}

const polling = { timeout: 10_000, interval: 20 }

/** Waits until no further page is read. */
async function waitUntilIdle(seen: { pages: number }): Promise<void> {
  let [before, idlePolls] = [-1, 0]
  await expect
    .poll(() => {
      idlePolls = seen.pages === before ? idlePolls + 1 : 0
      before = seen.pages
      return idlePolls
    }, polling)
    .toBeGreaterThan(10)
}

test('a slow client pauses the stream, and a disconnect ends it', async () => {
  const { seen, stream } = endless()
  const { requestExport } = await startServer(stream)
  const response = await requestExport()
  response.pause()

  await waitUntilIdle(seen)
  const first = seen.pages
  response.resume()
  await expect.poll(() => seen.pages, polling).toBeGreaterThan(first + 5)
  expect(seen.ended).toBe(false)

  response.destroy()
  await expect.poll(() => seen.ended, polling).toBe(true)
  expect(seen.signal?.aborted).toBe(true)
})

async function readToEnd(response: IncomingMessage): Promise<{ bytes: number; complete: boolean }> {
  let bytes = 0
  try {
    for await (const chunk of response) bytes += (chunk as Buffer).length
    return { bytes, complete: response.complete }
  } catch {
    return { bytes, complete: false }
  }
}

test('an error in the middle of the stream truncates the file detectably', async () => {
  const { requestExport } = await startServer(async function* () {
    yield page()
    yield page()
    throw new Error('the database is gone')
  })

  const response = await requestExport()
  const { bytes, complete } = await readToEnd(response)

  expect(response.statusCode).toBe(200)
  expect(bytes).toBeGreaterThan(256 * 1024)
  expect(complete).toBe(false)
})

test('an error before the first row is answered with a problem', async () => {
  const { requestExport } = await startServer(async function* () {
    yield* []
    throw new Error('the database is gone')
  })

  const response = await requestExport()
  expect(response.statusCode).toBe(500)
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(response.headers['content-disposition']).toBeUndefined()
  response.resume()
})

test('a stop truncates an export instead of waiting for it', async () => {
  const { seen, stream } = endless()
  const { server, requestExport } = await startServer(stream)
  const response = await requestExport()
  const read = readToEnd(response)
  await expect.poll(() => seen.pages, polling).toBeGreaterThan(5)

  await server.close()

  expect(await read).toMatchObject({ complete: false })
  expect(seen.ended).toBe(true)
})
