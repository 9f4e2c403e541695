import { describe, expect, test } from 'vitest'
import type { Answer } from '../../../src/core/provider.ts'
import { readAnswer } from '../../../src/core/record/read-answer.ts'

const refused = (status: number, name: string, retryAfter?: number): Answer => ({
  kind: 'refused',
  status,
  name,
  message: 'as expected',
  ...(retryAfter !== undefined && { retryAfter }),
})

describe('a refusal of the whole request', () => {
  test.each([
    [400, 'validation_error'],
    [400, 'invalid_idempotency_key'],
    [404, 'not_found'],
    [405, 'method_not_allowed'],
    [413, 'an_unknown_name'],
    [422, 'missing_required_field'],
  ])('%i %s rejects every email definitely', (status, name) => {
    const rejected = { kind: 'rejected', error: `${name}: as expected`, ofRequest: true }
    expect(readAnswer(refused(status, name), 3)).toEqual({
      kind: 'settled',
      items: [rejected, rejected, rejected],
    })
  })

  test.each([
    [401, 'missing_api_key'],
    [401, 'restricted_api_key'],
    [403, 'invalid_api_key'],
    [403, 'validation_error'],
    [451, 'security_error'],
  ])('%i %s stops sending', (status, name) => {
    expect(readAnswer(refused(status, name), 3)).toEqual({
      kind: 'stop',
      error: `${name}: as expected`,
    })
  })

  test.each([
    [409, 'concurrent_idempotent_requests'],
    [409, 'resource_locked'],
    [409, 'invalid_idempotent_request'],
    [408, 'request_timeout'],
    [500, 'application_error'],
    [500, 'internal_server_error'],
    [502, 'bad_gateway'],
    [503, 'service_unavailable'],
    [302, 'a_redirect'],
  ])('%i %s proves nothing, so the same request is sent again', (status, name) => {
    expect(readAnswer(refused(status, name), 3)).toEqual({
      kind: 'repeat',
      error: `${name}: as expected`,
    })
  })

  test('429 pauses sending for as long as the provider asks', () => {
    expect(readAnswer(refused(429, 'rate_limit_exceeded', 7), 3)).toEqual({
      kind: 'wait',
      error: 'rate_limit_exceeded: as expected',
      seconds: 7,
    })
  })

  test.each([
    ['rate_limit_exceeded', 1],
    ['daily_quota_exceeded', 3600],
    ['monthly_quota_exceeded', 3600],
    ['an_unknown_limit', 1],
  ])('429 %s without a time pauses sending for %i s', (name, seconds) => {
    expect(readAnswer(refused(429, name), 3)).toMatchObject({ kind: 'wait', seconds })
  })

  test('the answer can say when a quota is reset', () => {
    expect(readAnswer(refused(429, 'daily_quota_exceeded', 90), 1)).toMatchObject({ seconds: 90 })
  })

  test('a wait of more than an hour is taken as an hour, and the error says so', () => {
    const outcomes = [3600, 3601, 10_800, 40 * 86_400].map(seconds =>
      readAnswer(refused(429, 'daily_quota_exceeded', seconds), 1),
    )
    expect(outcomes.map(outcome => outcome.kind === 'wait' && outcome.seconds)).toEqual(
      Array(4).fill(3600),
    )
    const asked = (wait: string) =>
      `daily_quota_exceeded: the provider asked for ${wait}; waiting 1 hour. as expected`
    expect(outcomes).toMatchObject([
      { error: 'daily_quota_exceeded: as expected' },
      { error: asked('61 minutes') },
      { error: asked('3 hours'), quota: true },
      { error: asked('960 hours') },
    ])
  })

  test('an exhausted quota is distinguished from an exceeded rate', () => {
    expect(readAnswer(refused(429, 'monthly_quota_exceeded'), 1)).toMatchObject({ quota: true })
    expect(readAnswer(refused(429, 'rate_limit_exceeded'), 1)).not.toHaveProperty('quota')
  })
})

test.each(['network', 'timeout', 'unknown'] as const)(
  'a missing answer (%s) proves nothing',
  code => {
    expect(readAnswer({ kind: 'no_response', code, message: 'no route' }, 3)).toEqual({
      kind: 'repeat',
      error: `${code}: no route`,
    })
  },
)

describe('an answer with ids and errors', () => {
  const answered = (ids: unknown[], errors: { index: number; message: string }[] = []): Answer => ({
    kind: 'answered',
    ids,
    errors,
  })
  const accepted = (providerId: string) => ({ kind: 'accepted', providerId })
  const rejected = { kind: 'rejected', error: 'validation_error: bad address' }
  const bad = (index: number) => ({ index, message: 'bad address' })

  test('ids belong to the emails in their order', () => {
    expect(readAnswer(answered(['a', 'b', 'c']), 3)).toEqual({
      kind: 'settled',
      items: [accepted('a'), accepted('b'), accepted('c')],
    })
  })

  test('ids belong to the emails without an error', () => {
    expect(readAnswer(answered(['a', 'b'], [bad(2), bad(0)]), 4)).toEqual({
      kind: 'settled',
      items: [rejected, accepted('a'), rejected, accepted('b')],
    })
  })

  test('all emails can be rejected', () => {
    expect(readAnswer(answered([], [bad(0), bad(1)]), 2)).toEqual({
      kind: 'settled',
      items: [rejected, rejected],
    })
  })

  test.each<[string, unknown[], number[]]>([
    ['too few ids', ['a', 'b'], []],
    ['too many ids', ['a', 'b', 'c', 'd'], []],
    ['nothing at all', [], []],
    ['too few of both', ['a'], [0]],
    ['too many of both', ['a', 'b', 'c'], [0]],
    ['an error named twice', ['a'], [1, 1]],
    ['an error index after the end', ['a', 'b'], [3]],
    ['a negative error index', ['a', 'b'], [-1]],
    ['a fractional error index', ['a', 'b'], [0.5]],
    ['an error without an index', ['a', 'b'], [Number.NaN]],
    ['an id given twice', ['a', 'b', 'a'], []],
    ['an empty id', ['a', '', 'c'], []],
    ['a missing id', ['a', undefined, 'c'], []],
    ['an id that is not a string', ['a', 2, 'c'], []],
    ['an id that cannot be stored', ['a', 'b\0', 'c'], []],
    ['an id with an unpaired surrogate', ['a', 'b\ud83c', 'c'], []],
  ])('an inconsistent answer proves nothing: %s', (_what, ids, indexes) => {
    const outcome = readAnswer(answered(ids, indexes.map(bad)), 3)
    expect(outcome).toEqual({
      kind: 'repeat',
      error: expect.stringMatching(/^unknown: the answer does not add up/),
    })
  })
})
