import { randomUUID } from 'node:crypto'
import { get } from 'node:http'
import { expect, test } from 'vitest'
import { call } from '../../support/client.ts'
import { addDueUsers } from '../../support/host.ts'
import { API_TOKEN, CRON_SECRET, startService } from '../../support/service.ts'

interface ReceivedEvent {
  event: string
  id: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is the test's matter
  data: any
}

/** Parses the events of a complete stream. */
function readEvents(text: string): ReceivedEvent[] {
  return text
    .split('\n\n')
    .map(
      block =>
        new Map(block.split('\n').map(line => line.split(/: ?(.*)/s, 2) as [string, string])),
    )
    .filter(block => block.has('data'))
    .map(block => ({
      event: block.get('event') ?? '',
      id: block.get('id'),
      data: JSON.parse(block.get('data') ?? ''),
    }))
}

test('a run sends progress at each change, then finished, and ends the stream', async () => {
  const service = await startService({
    timing: { watchEvery: 10, concurrency: 1 },
    env: { RATE_LIMIT: '5' },
  })
  await addDueUsers(service.db, 250)
  const { json: started } = await call(service, '/v1/runs', { json: { type: 'all' } })

  const reply = await call(service, `/v1/runs/${started.id}/events`)

  expect(reply).toMatchObject({ status: 200, type: 'text/event-stream; charset=utf-8' })
  expect(reply.headers.get('x-accel-buffering')).toBe('no')
  expect(reply.headers.get('cache-control')).toMatch(/no-store.*no-transform/)
  const events = readEvents(reply.text)
  const last = events.pop()
  expect(last).toMatchObject({
    event: 'finished',
    data: { status: 'completed', counts: { sent: 250 } },
  })
  expect(events.length).toBeGreaterThan(0)
  expect(events.every(({ event }) => event === 'progress')).toBe(true)
  const sent = events.map(({ data }) => data.counts.sent)
  expect(sent).toEqual([...sent].sort((a, b) => a - b))
  const states = [...events, last].map(event => JSON.stringify(event?.data))
  expect(new Set(states).size).toBe(states.length)

  const { json: run } = await call(service, `/v1/runs/${started.id}`)
  const late = await call(service, `/v1/runs/${started.id}/events`)
  expect(readEvents(late.text)).toEqual([{ event: 'finished', id: last?.id, data: run }])
  const headers = { 'last-event-id': last?.id ?? '' }
  expect((await call(service, `/v1/runs/${started.id}/events`, { headers })).status).toBe(204)
})

test('events need a valid token and an existing run', async () => {
  const service = await startService()
  const path = `/v1/runs/${randomUUID()}/events`
  for (const token of [null, CRON_SECRET]) {
    expect((await call(service, path, { token })).json).toMatchObject({ code: 'unauthorized' })
  }
  expect(await call(service, path)).toMatchObject({ status: 404, json: { code: 'run_not_found' } })
  expect(await call(service, '/v1/runs/1/events')).toMatchObject({
    status: 400,
    json: { code: 'invalid_request' },
  })
})

test('a stopping server ends open streams', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const run = await service.app.runs.start({ type: 'all', trigger: 'http' })
  const headers = { authorization: `Bearer ${API_TOKEN}` }
  const reply = await fetch(`${service.app.url}/v1/runs/${run.id}/events`, { headers })
  const decoder = new TextDecoder()
  let text = ''
  const read = async () => {
    for await (const chunk of reply.body ?? []) text += decoder.decode(chunk, { stream: true })
  }
  const ended = read()
  await expect.poll(() => text).toContain('"queued"')

  await service.app.stop()

  await ended
  expect(readEvents(text)).toMatchObject([{ event: 'progress', data: { status: 'queued' } }])
})

test('a disconnected client causes no further queries', async () => {
  const service = await startService({ env: { ROLE: 'api' }, timing: { watchEvery: 5 } })
  const { id } = await service.app.runs.start({ type: 'all', trigger: 'http' })
  let reads = 0
  const { find } = service.app.runs
  service.app.runs.find = (...args) => {
    reads += 1
    return find(...args)
  }
  const url = `${service.app.url}/v1/runs/${id}/events`
  const request = get(url, { headers: { authorization: `Bearer ${API_TOKEN}` } })
  request.on('error', () => undefined)
  await expect.poll(() => reads).toBeGreaterThan(3)

  request.destroy()

  // Reads have stopped once 200 ms pass without one; 40 would fit in that time.
  await expect
    .poll(
      async () => {
        const before = reads
        await new Promise(resolve => setTimeout(resolve, 200))
        return reads - before
      },
      { timeout: 5_000 },
    )
    .toBe(0)
})
