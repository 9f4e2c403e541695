import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { waitForRun } from '../../../src/core/runs/wait-for-run.ts'
import { call } from '../../support/client.ts'
import { addDueUsers, readAttempts } from '../../support/host.ts'
import { CRON_SECRET, startService } from '../../support/service.ts'

/** A node without workers, so that a run stays queued. */
const startIdleService = () => startService({ env: { ROLE: 'api' } })

test('a run is accepted with 202, its location and its state', async () => {
  const service = await startIdleService()

  const reply = await call(service, '/v1/runs', { json: { type: 'all' } })

  expect(reply.status).toBe(202)
  expect(reply.headers.get('location')).toBe(`/v1/runs/${reply.json.id}`)
  expect(reply.json).toMatchObject({
    type: 'all',
    trigger: 'http',
    dryRun: false,
    status: 'queued',
  })
  const found = await call(service, reply.headers.get('location') ?? '')
  expect(found.json).toEqual(reply.json)
})

test('CRON_SECRET may start a run', async () => {
  const service = await startIdleService()

  const reply = await call(service, '/v1/runs', { token: CRON_SECRET, json: { type: 'all' } })

  expect(reply.status).toBe(202)
})

test('CRON_SECRET gets no counts and may not select users', async () => {
  const service = await startService()
  const [userId] = await addDueUsers(service.db, 1)
  const start = (json: object, headers = {}) =>
    call(service, '/v1/runs', { token: CRON_SECRET, json, headers })

  const all = await start({ type: 'all', dryRun: true })
  expect(all.status).toBe(202)
  expect(all.json).toEqual({ id: expect.any(String), status: 'queued' })
  expect(all.headers.get('location')).toBe(`/v1/runs/${all.json.id}`)

  const one = await start({ type: 'all', dryRun: true, userIds: [userId] })
  expect(one).toMatchObject({ status: 403, json: { code: 'not_allowed' } })
  expect((await call(service, '/v1/runs')).json.data).toHaveLength(1)

  // The same holds for a run that another token started with the same key.
  const key = { 'idempotency-key': 'monday' }
  const json = { type: 'new_notifications' }
  const run = await call(service, '/v1/runs', { json, headers: key })
  await waitForRun(service.app.runs, run.json.id, { every: 20 })
  expect((await start(json, key)).json).toEqual({ id: run.json.id, status: 'completed' })
})

test('a second request joins the queued run of its type; another type does not', async () => {
  const service = await startIdleService()
  const start = async (json: object) => (await call(service, '/v1/runs', { json })).json.id

  const first = await start({ type: 'all' })

  expect(await start({ type: 'all' })).toBe(first)
  expect(await start({ type: 'new_notifications' })).not.toBe(first)
  expect(await start({ type: 'all', dryRun: true })).not.toBe(first)
  expect(await start({ type: 'all', userIds: [randomUUID()] })).not.toBe(first)
})

test('an idempotency key returns the same run, also concurrently and after its end', async () => {
  const service = await startService()
  const start = () =>
    call(service, '/v1/runs', { json: { type: 'all' }, headers: { 'idempotency-key': 'monday' } })

  const replies = await Promise.all([start(), start(), start()])
  const [id] = replies.map(reply => reply.json.id)
  await waitForRun(service.app.runs, id, { every: 20 })
  const late = await start()

  expect(replies.map(reply => reply.status)).toEqual([202, 202, 202])
  expect([...replies, late].map(reply => reply.json.id)).toEqual([id, id, id, id])
  expect(late.json.status).toBe('completed')
})

test('an idempotency key is refused for a different request', async () => {
  const service = await startIdleService()
  const headers = { 'idempotency-key': 'monday' }
  await call(service, '/v1/runs', { json: { type: 'all' }, headers })

  for (const json of [{ type: 'new_notifications' }, { type: 'all', dryRun: true }]) {
    const reply = await call(service, '/v1/runs', { json, headers })
    expect(reply).toMatchObject({ status: 409, type: 'application/problem+json; charset=utf-8' })
    expect(reply.json).toMatchObject({ status: 409, code: 'idempotency_conflict' })
  }
  expect((await call(service, '/v1/runs')).json.data).toHaveLength(1)
})

test('the order and the repetition of user ids do not matter to the idempotency key', async () => {
  const service = await startIdleService()
  const [a, b] = [randomUUID(), randomUUID()]
  const start = (userIds: string[]) =>
    call(service, '/v1/runs', {
      json: { type: 'all', userIds },
      headers: { 'idempotency-key': 'two users' },
    })

  const first = await start([a, b])
  const again = await start([b, a, b])

  expect(again.status).toBe(202)
  expect(again.json.id).toBe(first.json.id)
})

test('a dry run counts the due users and sends nothing', async () => {
  const service = await startService()
  await addDueUsers(service.db, 3)

  const { json } = await call(service, '/v1/runs', { json: { type: 'all', dryRun: true } })
  const run = await waitForRun(service.app.runs, json.id, { every: 20 })

  expect(run).toMatchObject({ dryRun: true, status: 'completed' })
  expect(run.counts).toMatchObject({ scanned: 3, due: 3, sent: 0 })
  expect(await readAttempts(service.db)).toEqual([])
  expect(service.mailbox.requests).toBe(0)
})

test('a run for selected users emails only them', async () => {
  const service = await startService()
  const [first = ''] = await addDueUsers(service.db, 3)

  const { json } = await call(service, '/v1/runs', { json: { type: 'all', userIds: [first] } })
  const run = await waitForRun(service.app.runs, json.id, { every: 20 })

  expect(run.counts).toMatchObject({ scanned: 1, due: 1, sent: 1 })
  expect((await readAttempts(service.db)).map(attempt => attempt.userId)).toEqual([first])
})
