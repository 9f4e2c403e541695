import { expect, test } from 'vitest'
import { suppressions, userPrivacySettings } from '../../../src/db/schema.ts'
import { type Call, call, PROBLEM } from '../../support/client.ts'
import { addUser } from '../../support/host.ts'
import { CRON_SECRET, startService } from '../../support/service.ts'

const pathOf = (userId: string) => `/v1/users/${userId}/notification-settings`
const put = (json: unknown): Call => ({ method: 'PUT', json })

test('a setting is read and changed, and reports its source and any suppression', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const userId = await addUser(service.db)
  const address = `${userId}@example.com`
  const change = (on: boolean) =>
    call(service, pathOf(userId), put({ notificationEmailsEnabled: on }))

  const untouched = await call(service, pathOf(userId.toUpperCase()))
  expect(untouched).toMatchObject({ status: 200, type: 'application/json; charset=utf-8' })
  expect(untouched.json).toEqual({
    userId,
    notificationEmailsEnabled: true,
    source: 'default',
    suppressed: null,
  })

  const off = { userId, notificationEmailsEnabled: false, source: 'user', suppressed: null }
  expect((await change(false)).json).toEqual(off)
  expect((await change(false)).json).toEqual(off)
  expect((await call(service, pathOf(userId))).json).toEqual(off)

  const since = new Date('2026-03-04T05:06:07.890Z')
  await service.db.insert(suppressions).values({ address, reason: 'bounced: General', since })
  expect((await change(true)).json).toEqual({
    ...off,
    notificationEmailsEnabled: true,
    suppressed: { reason: 'bounced: General', since: since.toISOString() },
  })
})

test('ten concurrent changes leave one row', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const userId = await addUser(service.db)
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, index) => {
      const on = index % 2 === 0
      return call(service, pathOf(userId), put({ notificationEmailsEnabled: on })).then(reply =>
        expect(reply).toMatchObject({ status: 200, json: { notificationEmailsEnabled: on } }),
      )
    }),
  )
  expect(replies).toHaveLength(10)
  expect(await service.db.select().from(userPrivacySettings)).toHaveLength(1)
})

test('an invalid request is explained and changes nothing', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const userId = await addUser(service.db)
  const unknownUser = '00000000-0000-4000-8000-000000000000'
  const valid = put({ notificationEmailsEnabled: false })
  const field = (name: string) => ({ code: 'invalid_request', errors: [{ field: name }] })
  const faults: [string, Call, number, object][] = [
    [unknownUser, {}, 404, { code: 'user_not_found' }],
    [unknownUser, valid, 404, { code: 'user_not_found' }],
    ['not-a-uuid', {}, 400, field('userId')],
    ["' or true --", valid, 400, field('userId')],
    [userId, put({}), 400, field('notificationEmailsEnabled')],
    [userId, put({ notificationEmailsEnabled: 'false' }), 400, field('notificationEmailsEnabled')],
    [userId, put({ notificationEmailsEnabled: null }), 400, field('notificationEmailsEnabled')],
    [userId, put({ notificationEmailsEnabled: false, showEmail: true }), 400, field('showEmail')],
    [userId, put([]), 400, field('body')],
    [
      userId,
      { method: 'PUT', headers: { 'content-type': 'application/json' } },
      400,
      field('body'),
    ],
    [userId, { ...put(0), headers: { 'content-type': 'text/plain' } }, 415, {}],
    [
      userId,
      { method: 'PUT', body: '{', headers: { 'content-type': 'application/json' } },
      400,
      {},
    ],
    [userId, { token: null }, 401, { code: 'unauthorized' }],
    [userId, { ...valid, token: CRON_SECRET }, 401, { code: 'unauthorized' }],
  ]
  for (const [id, request, status, expected] of faults) {
    const reply = await call(service, pathOf(encodeURIComponent(id)), request)
    const name = `${id} ${JSON.stringify(request)}`
    expect(reply, name).toMatchObject({ status, type: PROBLEM, json: { status, ...expected } })
  }
  expect(await service.db.select().from(userPrivacySettings)).toEqual([])
})
