import { expect, test } from 'vitest'
import { type Call, call, PROBLEM } from '../support/client.ts'
import { startService } from '../support/service.ts'

const asJson = { 'content-type': 'application/json' }

/** A refused call and the expected answer. */
type Refusal = [name: string, call: Call, status: number, expected: object]

const fault = (field: string, expected: RegExp) => ({
  code: 'invalid_request',
  errors: [{ field, expected: expect.stringMatching(expected) }],
})

const bodies: Refusal[] = [
  ['no type', { json: {} }, 400, fault('type', /one of new_notifications/)],
  ['a wrong type', { json: { type: 'everything' } }, 400, fault('type', /one of .*all/)],
  ['a number as type', { json: { type: 1 } }, 400, fault('type', /one of/)],
  ['an unknown field', { json: { type: 'all', dry_run: true } }, 400, fault('dry_run', /\w/)],
  [
    'text as dryRun',
    { json: { type: 'all', dryRun: 'yes' } },
    400,
    fault('dryRun', /true or false/),
  ],
  [
    'null as dryRun',
    { json: { type: 'all', dryRun: null } },
    400,
    fault('dryRun', /true or false/),
  ],
  ['a bad id', { json: { type: 'all', userIds: ['7'] } }, 400, fault('userIds.0', /UUID/)],
  ['ids that are no list', { json: { type: 'all', userIds: 'a' } }, 400, fault('userIds', /array/)],
  ['no ids', { json: { type: 'all', userIds: [] } }, 400, fault('userIds', /at least one id/)],
  ['a list', { json: [] }, 400, fault('body', /object/)],
  ['null', { json: null }, 400, fault('body', /object/)],
  ['text', { json: 'all' }, 400, fault('body', /object/)],
  ['an empty body', { method: 'POST', headers: asJson }, 400, fault('body', /object/)],
  ['no body and no type', { method: 'POST' }, 400, fault('body', /object/)],
  ['broken JSON', { body: '{"type": "all"', headers: asJson }, 400, { title: /JSON/ }],
  ['a prototype', { body: '{"__proto__": {}}', headers: asJson }, 400, { title: /\w/ }],
  ['a huge body', { json: { type: 'x'.repeat(1_100_000) } }, 413, { title: /large/ }],
  [
    'a form',
    { body: new URLSearchParams({ type: 'all' }) },
    415,
    { title: /urlencoded|media type/i },
  ],
  ['text/plain', { body: '{"type":"all"}', headers: { 'content-type': 'text/plain' } }, 415, {}],
  ['XML', { body: '<type/>', headers: { 'content-type': 'application/xml' } }, 415, {}],
  [
    'a long key',
    { json: { type: 'all' }, headers: { 'idempotency-key': 'k'.repeat(257) } },
    400,
    fault('idempotency-key', /256/),
  ],
]

test('an invalid request to start a run names each field and what it expects', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  for (const [name, request, status, { title, ...expected }] of bodies as [
    string,
    Call,
    number,
    { title?: RegExp },
  ][]) {
    const reply = await call(service, '/v1/runs', request)
    expect(reply, name).toMatchObject({ status, type: PROBLEM })
    expect(reply.json, name).toMatchObject({ status, ...expected })
    expect(reply.json.title, name).toMatch(title ?? /\w/)
    expect(reply.json.code, name).toMatch(/^[a-z_]+$/)
  }
  expect((await call(service, '/v1/runs')).json.data).toEqual([])
})

test('all invalid fields are reported at once', async () => {
  const service = await startService({ env: { ROLE: 'api' } })

  const json = { type: 'some', dryRun: 1, userIds: ['x', 'y'], extra: true }
  const reply = await call(service, '/v1/runs', { json })

  const fields = reply.json.errors.map((error: { field: string }) => error.field)
  expect(fields.sort()).toEqual(['dryRun', 'extra', 'type', 'userIds.0', 'userIds.1'])
})

test('unknown routes answer 404 with a problem', async () => {
  const service = await startService({ env: { ROLE: 'api' } })
  const unknown: [string, Call][] = [
    ['/v1/nothing', {}],
    ['/v1/runs', { method: 'DELETE' }],
    ['/v1/runs', { method: 'PUT', json: {} }],
    ['/api/cron/send-notification-emails', { method: 'PUT', json: {} }],
    ['/favicon.ico', { token: null }],
  ]
  for (const [path, request] of unknown) {
    const reply = await call(service, path, request)
    expect(reply, path).toMatchObject({ status: 404, type: PROBLEM })
    expect(reply.json, path).toMatchObject({ status: 404, code: 'not_found' })
  }
})

test('a URL that cannot be decoded is answered with a problem', async () => {
  const service = await startService({ env: { ROLE: 'api' } })

  const reply = await call(service, '/v1/runs/%E0%A4%A')

  expect(reply).toMatchObject({ status: 400, type: PROBLEM })
  expect(reply.json).toMatchObject({ status: 400, code: expect.stringMatching(/^[a-z_]+$/) })
})
