import { expect, test, vi } from 'vitest'
import { call, callCronRoute } from '../../support/client.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import { API_TOKEN, CRON_SECRET, startService } from '../../support/service.ts'

const refuseAll = { kind: 'status', status: 422, name: 'validation_error', message: 'no' } as const

test("the host's own call works: a JSON content type and an empty body", async () => {
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

test('any body is as good as none', async () => {
  const service = await startService()
  const [none, empty, some] = [{ method: 'POST' }, { json: {} }, { json: { from: 'a workflow' } }]
  for (const request of [none, empty, some]) {
    const path = '/api/cron/send-notification-emails'
    const reply = await call(service, path, { ...request, token: 'test-cron-secret' })
    expect(reply).toMatchObject({ status: 200, json: { success: true, emailsSent: 0 } })
  }
})

test('GET with the bearer does the same: hosted schedulers send nothing else', async () => {
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

test('with nobody due it succeeds with no email', async () => {
  const service = await startService()

  const reply = await callCronRoute(service)

  expect(reply.status).toBe(200)
  expect(reply.json).toMatchObject({ success: true, emailsSent: 0 })
})

test('another token, the API token included, gets exactly the 401 of the old route', async () => {
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

test('refused emails are a 500 that counts them all and names ten', async () => {
  const service = await startService()
  const people = await addDueUsers(service.db, 12)
  service.mailbox.setFault(refuseAll)

  const reply = await callCronRoute(service)

  expect(reply.status).toBe(500)
  expect(reply.json).toMatchObject({ success: false, emailsSent: 0, errorCount: 12 })
  expect(reply.json.errors).toHaveLength(10)
  for (const line of reply.json.errors) {
    expect(line).toMatch(/validation_error: no$/)
    expect(people.some(person => line.includes(person))).toBe(true)
  }
})

test('what was accepted beside a refusal is counted', async () => {
  const service = await startService()
  await addDueUsers(service.db, 2)
  await addNotification(service.db, await addUser(service.db), { days: 40 })
  service.mailbox.setFault({ ...refuseAll, match: { body: 'outstanding_reminder' } })

  const reply = await callCronRoute(service)

  expect(reply.status).toBe(500)
  expect(reply.json).toMatchObject({ success: false, emailsSent: 2, errorCount: 1 })
  expect(reply.json.errors).toHaveLength(1)
})

test('a key that the provider does not know is a 500 that says so first, to who waits behind too', async () => {
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

test('ten calls at once mail nobody twice and all succeed', async () => {
  const service = await startService()
  await addDueUsers(service.db, 120)

  const replies = await Promise.all(Array.from({ length: 10 }, () => callCronRoute(service)))

  expect(replies.map(reply => reply.status)).toEqual(Array(10).fill(200))
  expect(service.mailbox.count).toBe(120)
  const addressed = service.mailbox.emails().flatMap(email => email.to)
  expect(new Set(addressed).size).toBe(120)
})

test('a run that outlasts the patience is answered with what was sent so far, and goes on', async () => {
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

test('calls that wait cost one reading at a time together, and none once they have hung up', async () => {
  const watchEvery = 50
  const service = await startService({ timing: { watchEvery, firstProbe: 60_000 } })
  await addDueUsers(service.db, 1)
  service.mailbox.setFault({ kind: '429', retryAfter: 3_600 })
  const readings = { begun: 0, startInFlightEmail: 0, most: 0, lastAt: 0 }
  const find = service.app.runs.find
  vi.spyOn(service.app.runs, 'find').mockImplementation(id => {
    readings.begun += 1
    readings.startInFlightEmail += 1
    readings.most = Math.max(readings.most, readings.startInFlightEmail)
    readings.lastAt = performance.now()
    return find(id).finally(() => {
      readings.startInFlightEmail -= 1
    })
  })
  const leave = new AbortController()
  const { signal } = leave
  const url = `${service.app.url}/api/cron/send-notification-emails`
  const headers = { authorization: `Bearer ${CRON_SECRET}` }
  const calls = Array.from({ length: 50 }, () => fetch(url, { method: 'POST', headers, signal }))
  const hungUp = Promise.allSettled(calls)
  await vi.waitFor(() => expect(readings.begun).toBeGreaterThan(6), { timeout: 20_000 })
  // Of the run that waits for the provider, and of the next one, which the others have joined.
  expect(readings.most).toBeLessThanOrEqual(2)

  leave.abort()
  await hungUp

  await vi.waitFor(
    () => expect(performance.now() - readings.lastAt).toBeGreaterThan(20 * watchEvery),
    { timeout: 20_000 },
  )
})
