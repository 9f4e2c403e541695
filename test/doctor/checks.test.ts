import { expect, test } from 'vitest'
import { checkDatabase } from '../../src/doctor/database.ts'
import { ok } from '../../src/doctor/finding.ts'
import { checkGuards } from '../../src/doctor/guards.ts'
import { checkDomain, checkKey } from '../../src/doctor/provider.ts'
import { checkPublicUrl, checkWebhook, isSameSite } from '../../src/doctor/public-url.ts'
import { checkQueue } from '../../src/doctor/queue.ts'
import { runChecks } from '../../src/doctor/run-checks.ts'
import { checkSchedule } from '../../src/doctor/schedule.ts'
import { checkPostalAddress, checkReplies } from '../../src/doctor/sender.ts'
import { checkSending } from '../../src/doctor/sending.ts'
import { checkClock } from '../../src/doctor/time.ts'

const statuses = (findings: { status: string }[]) => findings.map(({ status }) => status)

test.each([
  [0, 'ok'],
  [-1_900, 'ok'],
  [2_100, 'warn'],
  [-59_000, 'warn'],
  [61_000, 'fail'],
  [-3_600_000, 'fail'],
])('a clock that is %d ms off: %s', (skew, status) => {
  expect(statuses(checkClock(skew))).toEqual([status])
})

test('PostgreSQL 13 is too old, LATIN1 too narrow, and an unencrypted connection to another machine a warning', () => {
  const connection = { at: 'db:5432', isLocal: false, isEncrypted: false, isVerified: false }
  const old = { version: '13.9', versionNumber: 130_009, encoding: 'LATIN1' }
  expect(statuses(checkDatabase(old, connection))).toEqual(['fail', 'fail', 'warn'])
  expect(
    statuses(
      checkDatabase(
        { version: '14.0', versionNumber: 140_000, encoding: 'UTF8' },
        { ...connection, isLocal: true },
      ),
    ),
  ).toEqual(['ok', 'ok', 'ok'])
  expect(
    statuses(
      checkDatabase(
        { version: '18.4', versionNumber: 180_004, encoding: 'UTF8' },
        { ...connection, isEncrypted: true },
      ),
    ),
  ).toEqual(['ok', 'ok', 'ok'])
})

test.each([
  [null, 'fail'],
  [45, 'warn'],
  [46, 'ok'],
  [47, 'warn'],
])('pgboss has version %s, 46 is needed: %s', (found, status) => {
  expect(statuses(checkQueue({ schema: 'pgboss', found, wanted: 46, foreign: null }))).toEqual([
    status,
  ])
})

test('the sending check reports the rate and whether sending resumes by itself', () => {
  const pause = { reason: 'daily_quota_exceeded: used up', until: new Date(0), stopped: true }
  const check = (reading: Parameters<typeof checkSending>[0], rateLimit?: number) =>
    checkSending(reading, { rateLimit, rateHeadroom: 0.2, shadow: false })[0]
  expect(check({ pause: null, learntRate: 10 })?.found).toBe(
    'open, 10 requests/s, as reported by the provider, 20 % of them left to other clients',
  )
  expect(check({ pause: null, learntRate: 10 }, 3)?.found).toBe('open, 3 requests/s (RATE_LIMIT)')
  expect(check({ pause, learntRate: null })).toMatchObject({
    status: 'fail',
    fix: expect.stringMatching(/resumes by itself/),
  })
  expect(check({ pause: { ...pause, until: null }, learntRate: null })?.fix).toMatch(/-- resume/)
  expect(check({ pause: { ...pause, stopped: false }, learntRate: null })?.status).toBe('warn')
})

test('shadow mode is a warning', () => {
  const settings = { rateHeadroom: 0, shadow: true }
  expect(checkSending({ pause: null, learntRate: 10 }, settings)).toMatchObject([
    { status: 'warn', found: expect.stringMatching(/in shadow/) },
  ])
})

test('a guard is a warning in production only, where it may have been forgotten', () => {
  expect(statuses(checkGuards([], true))).toEqual([])
  expect(statuses(checkGuards(['DELIVER_TO: …'], false))).toEqual(['ok'])
  expect(statuses(checkGuards(['DELIVER_TO: …'], true))).toEqual(['warn'])
})

test('a refused key fails; an answer that proves nothing about the key is a warning', () => {
  const refused = (status: number) => ({
    kind: 'refused' as const,
    status,
    name: 'x',
    message: 'y',
  })
  expect(statuses(checkKey(refused(401)))).toEqual(['fail'])
  expect(statuses(checkKey(refused(403)))).toEqual(['fail'])
  expect(statuses(checkKey(refused(429)))).toEqual(['warn'])
  expect(statuses(checkKey(refused(500)))).toEqual(['warn'])
  expect(statuses(checkKey({ kind: 'send-only' }))).toEqual(['ok'])
  expect(statuses(checkKey({ kind: 'no_response', message: 'x' }))).toEqual(['fail'])
})

test('a domain is ok only if the provider has verified that very domain', () => {
  const domains = [
    { name: 'Example.com', status: 'verified' },
    { name: 'pending.example', status: 'pending' },
  ]
  const check = (domain: string, more = false, isResend = true) =>
    statuses(checkDomain({ kind: 'accepted', domains, more }, domain, isResend))
  expect(check('example.com')).toEqual(['ok'])
  expect(check('pending.example')).toEqual(['fail'])
  expect(check('mail.example.com')).toEqual(['fail'])
  expect(check('mail.example.com', true)).toEqual(['warn'])
  expect(checkDomain({ kind: 'accepted', domains: [], more: false }, 'example.com', false)).toEqual(
    [],
  )
  expect(checkDomain({ kind: 'send-only' }, 'example.com', true)).toEqual([])
})

test('PUBLIC_URL must not be this machine and must use https', () => {
  const check = (url: string, isLive = true) =>
    checkPublicUrl(url, { kind: 'tidings' }, isLive, 'example.com')
  expect(statuses(check('https://mail.example.com'))).toEqual(['ok'])
  expect(check('http://mail.example.com')[0]?.found).toMatch(/RFC 8058/)
  expect(check('http://localhost:3000')[0]?.found).toMatch(/is this machine/)
  expect(statuses(check('http://localhost:3000', false))).toEqual(['ok'])
  expect(
    statuses(checkPublicUrl('https://x.example', { kind: 'another', status: 502 }, true, null)),
  ).toEqual(['warn'])
})

test.each([
  ['mail.example.com', 'example.com', true],
  ['example.com', 'news.example.com', true],
  ['tidings.example.com', 'MAIL.example.com', true],
  ['tidings.example.co.uk', 'example.co.uk', true],
  ['example.com', 'example.org', false],
  ['evil-example.com', 'example.com', false],
  ['one.co.uk', 'two.co.uk', false],
  ['10.1.2.3', 'example.com', false],
])('the links’ host %s and the sender’s domain %s are one site: %s', (host, domain, isOne) => {
  expect(isSameSite(host, domain)).toBe(isOne)
  const findings = checkPublicUrl(`https://${host}`, { kind: 'tidings' }, true, domain)
  expect(findings).toMatchObject(
    isOne ? [{ status: 'ok' }] : [{ found: expect.stringMatching(/different sites/) }],
  )
})

test('a sender that takes no replies, and tracking, are warnings', () => {
  for (const from of ['noreply@a.example', 'No-Reply@a.example', 'donotreply@a.example']) {
    expect(checkReplies(from, undefined)).toMatchObject([
      { status: 'warn', fix: expect.stringMatching(/^set EMAIL_REPLY_TO/) },
    ])
    expect(checkReplies(from, 'help@a.example')).toEqual([])
  }
  expect(checkReplies('noreplywanted@a.example', undefined)).toEqual([])
  expect(checkPostalAddress(undefined, true)).toMatchObject([{ status: 'warn' }])
  expect([...checkPostalAddress('1 Road', true), ...checkPostalAddress(undefined, false)]).toEqual(
    [],
  )
  const tracked = (tracking: object) => {
    const domains = [{ name: 'a.example', status: 'verified', ...tracking }]
    return checkDomain({ kind: 'accepted', domains, more: false }, 'a.example', true)
  }
  expect(statuses(tracked({ clickTracking: false, openTracking: false }))).toEqual(['ok'])
  expect(tracked({ clickTracking: true, openTracking: true })).toMatchObject([
    { status: 'ok' },
    { check: 'tracking', found: expect.stringMatching(/^click tracking is on/) },
    { check: 'tracking', found: expect.stringMatching(/^open tracking is on/) },
  ])
})

test('a missing webhook is a warning only if emails are really sent', () => {
  expect(statuses(checkWebhook(false, true, 'https://x.example'))).toEqual(['warn'])
  expect(statuses(checkWebhook(false, false, 'https://x.example'))).toEqual(['ok'])
  expect(statuses(checkWebhook(true, true, 'https://x.example'))).toEqual(['ok'])
})

test('the next runs are shown in the schedule’s time zone, across a clock change', () => {
  const [finding] = checkSchedule(
    '30 8 * * *',
    'America/New_York',
    new Date('2026-10-31T13:00:00Z'),
  )
  expect(finding?.found).toBe(
    '30 8 * * *: next 2026-11-01 08:30, 2026-11-02 08:30, 2026-11-03 08:30 (America/New_York)',
  )
  expect(checkSchedule(null, 'UTC', new Date())[0]?.found).toMatch(/^off/)
})

test('a check that throws or hangs does not affect the others', async () => {
  const findings = await runChecks(
    [
      { name: 'hangs', run: () => new Promise(() => {}) },
      { name: 'throws', run: () => Promise.reject(new Error('broken')) },
      { name: 'works', run: async () => [ok('works', 'fine')] },
    ],
    {
      limitMs: 50,
      describeError: error => ({ found: (error as Error).message, fix: 'fix it' }),
      onBegin: () => {},
      onDone: () => {},
    },
  )
  expect(findings.map(({ check, status }) => [check, status])).toEqual([
    ['hangs', 'warn'],
    ['throws', 'fail'],
    ['works', 'ok'],
  ])
})
