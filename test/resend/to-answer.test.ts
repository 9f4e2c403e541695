import { expect, test } from 'vitest'
import { toAnswer } from '../../src/resend/provider.ts'

type Result = Parameters<typeof toAnswer>[0]

const live = new AbortController().signal
const answerOf = (result: Partial<Result>, signal = live) =>
  toAnswer({ data: null, error: null, headers: {}, ...result }, signal)

test('accepted emails are reported by their ids, in order', () => {
  expect(answerOf({ data: { data: [{ id: 'a' }, { id: 'b' }] } })).toEqual({
    kind: 'answered',
    limits: {},
    ids: ['a', 'b'],
    errors: [],
  })
})

test('rejected emails are reported by their index', () => {
  const data = { data: [{ id: 'b' }], errors: [{ index: 0, message: 'Invalid `to`.' }] }
  expect(answerOf({ data })).toMatchObject({
    kind: 'answered',
    ids: ['b'],
    errors: [{ index: 0, message: 'Invalid `to`.' }],
  })
})

test('unexpected items of an answer are passed on and not corrected', () => {
  const data = { data: [null, {}, 'x', { id: 7 }], errors: [null, { index: 'x' }, { message: 1 }] }
  expect(answerOf({ data })).toMatchObject({
    kind: 'answered',
    ids: [undefined, undefined, undefined, 7],
    errors: [
      { index: Number.NaN, message: 'no message' },
      { index: Number.NaN, message: 'no message' },
      { index: Number.NaN, message: '1' },
    ],
  })
})

const noBatchAnswers: unknown[] = [null, undefined, {}, { data: null }, { data: {} }, [], 'ok', 1]
test.for(noBatchAnswers)('a success with %j proves nothing', data => {
  expect(answerOf({ data })).toMatchObject({ kind: 'no_response', code: 'unknown' })
})

test('a success whose errors are not a list proves nothing', () => {
  const data = { data: [{ id: 'a' }], errors: 'none' }
  expect(answerOf({ data })).toMatchObject({ kind: 'no_response', code: 'unknown' })
  expect(answerOf({ data: { ...data, errors: null } })).toMatchObject({ kind: 'no_response' })
})

test('a refusal has its status, its name and its message', () => {
  const error = { statusCode: 422, name: 'validation_error', message: 'The `to` field is bad.' }
  expect(answerOf({ error })).toEqual({
    kind: 'refused',
    limits: {},
    status: 422,
    name: 'validation_error',
    message: 'The `to` field is bad.',
  })
})

test('a refusal without a valid name is named unknown', () => {
  for (const name of [undefined, null, '', 7, {}]) {
    const error = { statusCode: 400, name, message: 'no' }
    expect(answerOf({ error })).toMatchObject({ kind: 'refused', status: 400, name: 'unknown' })
  }
})

test('no status and no headers mean a network error', () => {
  const error = { statusCode: null, name: 'application_error', message: 'Unable to fetch data.' }
  expect(answerOf({ error, headers: null })).toEqual({
    kind: 'no_response',
    code: 'network',
    message: 'Unable to fetch data.',
  })
})

test('no status after an abort means a timeout', () => {
  const error = { statusCode: null, message: 'Unable to fetch data.' }
  const answer = answerOf({ error, headers: null }, AbortSignal.abort())
  expect(answer).toMatchObject({ kind: 'no_response', code: 'timeout' })
})

test('an answer that arrived before the abort counts', () => {
  const error = { statusCode: 422, name: 'validation_error', message: 'no' }
  expect(answerOf({ error }, AbortSignal.abort())).toMatchObject({ kind: 'refused', status: 422 })
})

test('JSON without a status, for example from a proxy, proves nothing', () => {
  for (const error of [{ message: 'upstream' }, { error: 'bad gateway' }, { statusCode: '502' }]) {
    const answer = answerOf({ error: error as Result['error'] })
    expect(answer).toMatchObject({ kind: 'no_response', code: 'unknown' })
  }
})

const withHeaders = (headers: Record<string, string>) =>
  answerOf({ error: { statusCode: 429, name: 'rate_limit_exceeded', message: 'slow' }, headers })

test('the requested wait is reported in seconds', () => {
  expect(withHeaders({ 'retry-after': '7' })).toMatchObject({ retryAfter: 7 })
})

// The three formats of RFC 9110, and an answer's own date: its server's clock may differ from ours.
const dates = [
  'Wed, 21 Oct 2026 07:28:00 GMT',
  'Wednesday, 21-Oct-26 07:28:00 GMT',
  'Wed Oct 21 07:28:00 2026',
]
test.for(dates)('a wait until %j counts from the answer’s date', text => {
  const date = 'Wed, 21 Oct 2026 07:27:30 GMT'
  expect(withHeaders({ 'retry-after': text, date })).toMatchObject({ retryAfter: 30 })
  expect(withHeaders({ 'retry-after': text, date: text })).not.toHaveProperty('retryAfter')
})

test('without a date of its own, an answer’s wait counts from now', () => {
  const until = new Date(Date.now() + 90_000).toUTCString()
  const { retryAfter = 0 } = withHeaders({ 'retry-after': until }) as { retryAfter?: number }
  expect(retryAfter).toBeGreaterThan(30)
  expect(retryAfter).toBeLessThanOrEqual(90)
})

const noSeconds = [
  '',
  ' ',
  '0',
  '-1',
  'soon',
  'Infinity',
  'NaN',
  'Wed, 21 Oct 2020 07:28:00 GMT',
  'Wed, soon',
]
test.for(noSeconds)('a retry-after of %j is ignored', text => {
  expect(withHeaders({ 'retry-after': text })).not.toHaveProperty('retryAfter')
})

const rates: [headers: Record<string, string>, rate: number | undefined][] = [
  [{ 'ratelimit-limit': '10' }, 10],
  [{ 'ratelimit-limit': '10', 'ratelimit-policy': '10;w=1' }, 10],
  [{ 'ratelimit-limit': '10', 'ratelimit-policy': '10; w=5' }, 2],
  [{ 'ratelimit-limit': '10', 'ratelimit-policy': '10;w=0' }, 10],
  [{ 'ratelimit-limit': '10', 'ratelimit-policy': 'whatever' }, 10],
  [{ 'ratelimit-limit': 'many' }, undefined],
  [{ 'ratelimit-limit': '0' }, undefined],
  [{ 'ratelimit-limit': 'Infinity' }, undefined],
  [{ 'ratelimit-policy': '10;w=1' }, undefined],
  [{}, undefined],
]
test.for(rates)('the rate of %j is %s', ([headers, rate]) => {
  const limits = rate === undefined ? {} : { requestsPerSecond: rate }
  expect(withHeaders(headers).limits).toEqual(limits)
  expect(answerOf({ data: { data: [] }, headers }).limits).toEqual(limits)
})
