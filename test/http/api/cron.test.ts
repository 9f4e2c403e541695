import { expect, test, vi } from 'vitest'
import { call, callCronRoute } from '../../support/client.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import { API_TOKEN, CRON_SECRET, startService } from '../../support/service.ts'

const refuseAll = { kind: 'status', status: 422, name: 'validation_error', message: 'no' } as const

test('the call of the host’s workflow works: a JSON content type and an empty body', async () => {
  const service = await startService()
  await addDueUsers(service.db, 3)
  await addNotification(service.db, await addUser(service.db), { days: 40 })

  const reply = await callCronRoute(service)

  expect(reply.status).toBe(200)
  expect(reply.json).toEqual({
    success: true,
    message: expect.stringContaining('4'),
    emailsSent: 4,
  })
  expect(service.mailbox.count).toBe(4)
})

test('the body is ignored', async () => {
  const service = await startService()
  const [none, empty, some] = [{ method: 'POST' }, { json: {} }, { json: { from: 'a workflow' } }]
  for (const request of [none, empty, some]) {
    const path = '/api/cron/send-notification-emails'
    const reply = await call(service, path, { ...request, token: 'test-cron-secret' })
    expect(reply).toMatchObject({ status: 200, json: { success: true, emailsSent: 0 } })
  }
})

test('GET works, too, because some hosted schedulers send nothing else', async () => {
  const service = await startService()
  await addDueUsers(service.db, 2)
  const path = '/api/cron/send-notification-emails'

  expect((await call(service, path, { token: API_TOKEN })).status).toBe(401)
  expect((await call(service, path, { token: null })).status).toBe(401)
  const headers = { authorization: `Bearer ${CRON_SECRET}` }
  expect((await fetch(service.app.url + path, { method: 'HEAD', headers })).status).toBe(404)
  expect(service.mailbox.count).toBe(0)
  const reply = await call(service, path, { token: CRON_SECRET })

  expect(reply).toMatchObject({ status: 200, json: { success: true, emailsSent: 2 } })
})

test('without due users it succeeds and sends nothing', async () => {
  const service = await startService()

  const reply = await callCronRoute(service)

  expect(reply.status).toBe(200)
  expect(reply.json).toMatchObject({ success: true, emailsSent: 0 })
})

test('any other token, including API_TOKEN, gets the exact 401 of EPTSS’s route', async () => {
  const service = await startService()
  await addDueUsers(service.db, 1)
  for (const token of [null, '', 'wrong', 'undefined', API_TOKEN]) {
    const reply = await callCronRoute(service, token)
    expect(reply.status).toBe(401)
    expect(reply.type).toMatch(/^application\/json/)
    expect(reply.json).toEqual({ error: 'Unauthorized' })
  }
  expect((await call(service, '/v1/runs')).json.data).toEqual([])
})

test('refused emails are a 500 with their count and at most ten errors', async () => {
  const service = await startService()
  const users = await addDueUsers(service.db, 12)
  service.mailbox.setFault(refuseAll)

  const reply = await callCronRoute(service)

  expect(reply.status).toBe(500)
  expect(reply.json).toMatchObject({ success: false, emailsSent: 0, errorCount: 12 })
  expect(reply.json.errors).toHaveLength(10)
  for (const line of reply.json.errors) {
    expect(line).toMatch(/validation_error: no$/)
    expect(users.some(user => line.includes(user))).toBe(true)
  }
})

test('accepted emails are counted next to refused ones', async () => {
  const service = await startService()
  await addDueUsers(service.db, 2)
  await addNotification(service.db, await addUser(service.db), { days: 40 })
  service.mailbox.setFault({ ...refuseAll, match: { body: 'outstanding_reminder' } })

  const reply = await callCronRoute(service)

  expect(reply.status).toBe(500)
  expect(reply.json).toMatchObject({ success: false, emailsSent: 2, errorCount: 1 })
  expect(reply.json.errors).toHaveLength(1)
})

test('an invalid provider key is a 500 with that error first, also for a second caller', async () => {
  const service = await startService({ timing: { cronTimeout: 4_000, firstProbe: 60_000 } })
  await addDueUsers(service.db, 20)
  service.mailbox.setFault({ ...refuseAll, status: 403, name: 'invalid_api_key' })

  for (const reply of [await callCronRoute(service), await callCronRoute(service)]) {
    expect(reply).toMatchObject({
      status: 500,
      json: { success: false, emailsSent: 0, errorCount: 1, errors: ['invalid_api_key: no'] },
    })
  }
})

test('ten concurrent calls all succeed and email no user twice', async () => {
  const service = await startService()
  await addDueUsers(service.db, 120)

  const replies = await Promise.all(Array.from({ length: 10 }, () => callCronRoute(service)))

  expect(replies.map(reply => reply.status)).toEqual(Array(10).fill(200))
  expect(service.mailbox.count).toBe(120)
  const recipients = service.mailbox.emails().flatMap(email => email.to)
  expect(new Set(recipients).size).toBe(120)
})

test('after cronTimeout the answer has the counts so far, and the run continues', async () => {
  const service = await startService({ timing: { cronTimeout: 200, shutdownTimeout: 100 } })
  await addDueUsers(service.db, 1)
  service.mailbox.setFault({ kind: 'hang' })

  const reply = await callCronRoute(service)

  expect(reply.status).toBe(200)
  expect(reply.json).toMatchObject({ success: true, emailsSent: 0 })
  const { data } = (await call(service, '/v1/runs')).json
  expect(data).toMatchObject([{ trigger: 'cron_route', type: 'all' }])
  expect(reply.json.message).toContain(data[0].id)
})

test('waiting calls share one query at a time, and cause none after they disconnect', async () => {
  const watchEvery = 50
  const service = await startService({ timing: { watchEvery, firstProbe: 60_000 } })
  await addDueUsers(service.db, 1)
  service.mailbox.setFault({ kind: '429', retryAfter: 3_600 })
  const queries = { started: 0, running: 0, maxRunning: 0, lastAt: 0 }
  const find = service.app.runs.find
  vi.spyOn(service.app.runs, 'find').mockImplementation(id => {
    queries.started += 1
    queries.running += 1
    queries.maxRunning = Math.max(queries.maxRunning, queries.running)
    queries.lastAt = performance.now()
    return find(id).finally(() => {
      queries.running -= 1
    })
  })
  const closing = new AbortController()
  const { signal } = closing
  const url = `${service.app.url}/api/cron/send-notification-emails`
  const headers = { authorization: `Bearer ${CRON_SECRET}` }
  const calls = Array.from({ length: 50 }, () => fetch(url, { method: 'POST', headers, signal }))
  const disconnected = Promise.allSettled(calls)
  await vi.waitFor(() => expect(queries.started).toBeGreaterThan(6), { timeout: 20_000 })
  // One for the run that waits for the provider, one for the next run, which the other calls joined.
  expect(queries.maxRunning).toBeLessThanOrEqual(2)

  closing.abort()
  await disconnected

  await vi.waitFor(
    () => expect(performance.now() - queries.lastAt).toBeGreaterThan(20 * watchEvery),
    { timeout: 20_000 },
  )
})
