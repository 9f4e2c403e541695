import { expect, test } from 'vitest'
import { preferences } from '../../../src/db/schema.ts'
import { type Call, call, PROBLEM } from '../../support/client.ts'
import { addDueUsers, addUser } from '../../support/host.ts'
import { startService } from '../../support/service.ts'

const DAY_MS = 86_400_000
const READ_TOKEN = 'test-read-token'

const pathOf = (userId: string) => `/v1/users/${userId}/notification-preferences`
const put = (json: unknown): Call => ({ method: 'PUT', json })
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

const defaults = {
  ...{ frequency: 'each_run', hour: null, weekday: null, timeZone: null, quietHours: null },
  ...{ weekdays: null, pausedUntil: null, mutedTypes: [], mutes: [], source: 'default' },
}

test('a pause is set, kept, reset, explained and reported as a change', async () => {
  const service = await startService({ env: { ROLE: 'api', READ_TOKEN } })
  const [userId = ''] = await addDueUsers(service.db, 1)
  const change = (json: object) => call(service, pathOf(userId), put(json))
  const read = () => call(service, pathOf(userId.toUpperCase()), { token: READ_TOKEN })

  expect(await read()).toMatchObject({ status: 200 })
  expect((await read()).json).toEqual({ userId, ...defaults })

  const pausedUntil = inDays(28)
  const paused = { userId, ...defaults, pausedUntil, source: 'user' }
  expect((await change({ pausedUntil })).json).toEqual(paused)
  // What is not named stays, and so does what is reset already.
  expect((await change({ frequency: null, mutes: null })).json).toEqual(paused)
  expect((await change({ pausedUntil })).json).toEqual(paused)
  expect((await read()).json).toEqual(paused)
  const offset = pausedUntil.replace('Z', '+00:00')
  expect((await change({ pausedUntil: offset })).json).toEqual(paused)

  const { types } = (await call(service, `/v1/users/${userId}/explain`)).json
  const possibleFrom = new Date(Date.parse(pausedUntil) + 1).toISOString()
  expect(types.new_notifications).toMatchObject({ due: false, verdict: 'paused', possibleFrom })
  const now = { json: { type: 'new_notifications' } }
  const refused = await call(service, `/v1/users/${userId}/emails`, now)
  expect(refused).toMatchObject({ status: 409, json: { code: 'not_due' } })
  expect(refused.json.verdicts.new_notifications.verdict).toBe('paused')

  expect((await change({ pausedUntil: null })).json).toEqual({ userId, ...defaults })
  await change({ pausedUntil: null })
  const { data } = (await call(service, '/v1/changes?type=preference.changed')).json
  expect(data).toMatchObject([
    { by: 'api', userId, detail: { from: { pausedUntil: null }, to: { pausedUntil } } },
    { by: 'api', userId, detail: { from: { pausedUntil }, to: { pausedUntil: null } } },
  ])
  expect(data).toHaveLength(2)
})

test('an invalid request names the field, what was given and what was expected', async () => {
  const service = await startService({ env: { ROLE: 'api', READ_TOKEN } })
  const userId = await addUser(service.db)
  const unknownUser = '00000000-0000-4000-8000-000000000000'
  const pauses = ['tomorrow', '', 7, true, '2026-12-01', '2026-12-01T08:00:00', inDays(-0.01)]
  const faults: [string, Call, number, object][] = [
    [unknownUser, {}, 404, { code: 'user_not_found' }],
    [unknownUser, put({ pausedUntil: inDays(1) }), 404, { code: 'user_not_found' }],
    [unknownUser, put({}), 404, { code: 'user_not_found' }],
    ['not-a-uuid', {}, 400, { errors: [{ field: 'userId' }] }],
    [userId, put({ paused: true }), 400, { errors: [{ field: 'paused' }] }],
    [userId, put([]), 400, { errors: [{ field: 'body' }] }],
    [userId, { ...put({ pausedUntil: inDays(1) }), token: READ_TOKEN }, 401, {}],
    ...[...pauses, inDays(28.01)].map((given): [string, Call, number, object] => {
      const expected = expect.stringMatching(/at most 28 days away/)
      return [userId, put({ pausedUntil: given }), 400, faultOf('pausedUntil', expected, given)]
    }),
    // Stored and not acted on, these would promise what does not happen.
    ...Object.entries({
      ...{ frequency: 'daily', hour: 8, weekday: 1, timeZone: 'Europe/Berlin' },
      ...{ quietHours: '21:00-08:00', weekdays: [1], mutedTypes: [], mutes: [] },
    }).map(([field, given]): [string, Call, number, object] => {
      const expected = expect.stringContaining('does not act on it yet')
      return [userId, put({ [field]: given }), 400, faultOf(field, expected, given)]
    }),
  ]
  for (const [id, request, status, expected] of faults) {
    const reply = await call(service, pathOf(id), request)
    const name = `${id} ${JSON.stringify(request)}`
    expect(reply, name).toMatchObject({ status, type: PROBLEM, json: { status, ...expected } })
    if ('given' in expected) {
      expect(reply.json.errors[0].expected).toContain(`given: ${JSON.stringify(expected.given)}`)
    }
  }
  expect(await service.db.select().from(preferences)).toEqual([])
})

function faultOf(field: string, expected: unknown, given: unknown) {
  const errors = [{ field, expected }]
  return Object.defineProperty({ code: 'invalid_request', errors }, 'given', { value: given })
}
