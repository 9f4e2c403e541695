import { expect, test } from 'vitest'
import { createGuessLimit } from '../../src/http/guess-limit.ts'
import { networkOf } from '../../src/http/network-of.ts'
import { call } from '../support/client.ts'
import { type LogLine, logTo } from '../support/log.ts'
import { API_TOKEN, CRON_SECRET, startService } from '../support/service.ts'

test('a network is an IPv4 address or an IPv6 /64, however it is written', () => {
  const same: [string, string][] = [
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['2001:db8::1', '2001:0db8:0000:0000:0000:0000:0000:0002'],
    ['::1', '::'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:1:2::a', '2001:db8:1:2::b'],
  ]
  for (const [one, other] of same) expect(networkOf(one), one).toBe(networkOf(other))
  const different: [string, string][] = [
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['192.0.2.1', '192.0.2.2'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2'],
    ['::1:0:0:0:1', '::2:0:0:0:1'],
  ]
  for (const [one, other] of different) expect(networkOf(one), one).not.toBe(networkOf(other))
  expect(networkOf('not an address')).toBe('not an address')
})

test('addresses in one /64 share a counter, and a burst is logged once', async () => {
  const lines: LogLine[] = []
  const log = logTo(lines)
  const limit = createGuessLimit({ points: 5, duration: 60, logMessage: 'guessing' })
  const waits = []
  for (let at = 0; at < 8; at += 1) {
    waits.push(await limit.countWrong({ ip: `2001:db8:1:2::${at}`, log }))
  }
  expect(waits.map(wait => wait === null)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ])
  expect(lines.map(({ msg, address }) => [msg, address])).toEqual([['guessing', '2001:db8:1:2::0']])
})

test('the number of counters is bounded', async () => {
  const limit = createGuessLimit({ points: 1, duration: 60 })
  const log = logTo([])
  const passed: boolean[] = []
  for (let at = 0; at < 60_000; at += 1) {
    const ip = `2001:db8:${(at >> 8).toString(16)}:${(at & 255).toString(16)}::1`
    passed.push((await limit.countWrong({ ip, log })) === null)
  }
  // Each counter lets its first guess pass, so this counts the counters.
  expect(passed.filter(Boolean).length).toBeLessThanOrEqual(16_384)
  expect(passed.filter(Boolean).length).toBeGreaterThan(10_000)
})

test('wrong API tokens are limited and logged once; right tokens always pass', async () => {
  const lines: LogLine[] = []
  const service = await startService({ env: { ROLE: 'api' }, logger: logTo(lines) })
  const request = (token: string) => call(service, '/v1/runs', { token })

  const replies = await Promise.all(Array.from({ length: 80 }, (_, at) => request(`wrong-${at}`)))

  expect(replies.filter(({ status }) => status === 401)).toHaveLength(60)
  const refused = replies.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(20)
  expect(refused[0]?.json).toMatchObject({ status: 429, code: 'too_many_wrong_tokens' })
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await request(API_TOKEN)).status).toBe(200)
  // A valid token without the permission and a missing token do not count as guesses.
  expect((await request(CRON_SECRET)).status).toBe(401)
  expect((await call(service, '/v1/runs', { token: null })).status).toBe(401)
  const logged = lines.filter(({ msg }) => msg === 'API request with a wrong token')
  expect(logged).toHaveLength(1)
  expect(logged[0]).toMatchObject({ level: 40, address: '127.0.0.1' })
  expect(JSON.stringify(lines)).not.toContain('wrong-')
})
