import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { lookUpSender } from '../../src/doctor/look-up-sender.ts'
import { checkSender } from '../../src/doctor/sender.ts'
import { startNameServer, type Zone } from '../support/name-server.ts'

const validZone: Zone = {
  'example.com': {},
  'send.example.com': {
    txt: [['v=spf1 include:amazonses.com ~all']],
    mx: ['feedback-smtp.eu-west-1.amazonses.com'],
  },
  // A key is longer than a TXT string can be, so it is split.
  'resend._domainkey.example.com': { txt: [['p=MIGfMA0GCSqG', 'SIb3DQEBAQUAA4GNADCB']] },
  '_dmarc.example.com': { txt: [['v=DMARC1; p=none']] },
}

async function check(servers: string[], domain = 'example.com', ms = 4_000) {
  return checkSender(await lookUpSender(domain, { servers, signal: AbortSignal.timeout(ms) }))
}

const statuses = (findings: { check: string; status: string }[]) =>
  Object.fromEntries(findings.map(({ check, status }) => [check, status]))

test('a domain with all its records is ok', async () => {
  const findings = await check([await startNameServer(validZone)])
  expect(statuses(findings)).toEqual({ spf: 'ok', bounces: 'ok', dkim: 'ok', dmarc: 'ok' })
})

test('missing records are named, DMARC with the record to add', async () => {
  const findings = await check([await startNameServer({ 'example.com': {} })])
  expect(statuses(findings)).toEqual({ spf: 'warn', bounces: 'warn', dkim: 'warn', dmarc: 'warn' })
  expect(findings.find(({ check }) => check === 'dmarc')?.fix).toBe(
    'add _dmarc.example.com. TXT "v=DMARC1; p=none"',
  )
})

test('a subdomain uses the DMARC record of its parent domain', async () => {
  const findings = await check(
    [await startNameServer({ ...validZone, 'mail.example.com': {} })],
    'mail.example.com',
  )
  expect(statuses(findings)).toMatchObject({ dkim: 'warn', dmarc: 'ok' })
})

test.each<[string, string, Zone]>([
  [
    'two SPF records',
    'spf',
    { 'send.example.com': { txt: [['v=spf1 include:amazonses.com'], ['v=spf1 -all']] } },
  ],
  ['an SPF record without the provider', 'spf', { 'send.example.com': { txt: [['v=spf1 -all']] } }],
  ['a withdrawn key', 'dkim', { 'resend._domainkey.example.com': { txt: [['v=DKIM1; p=']] } }],
  [
    'two DMARC records',
    'dmarc',
    { '_dmarc.example.com': { txt: [['v=DMARC1; p=none'], ['v=DMARC1; p=reject']] } },
  ],
])('%s: a warning', async (_what, name, zone) => {
  const findings = await check([await startNameServer({ ...validZone, ...zone })])
  expect(statuses(findings)).toMatchObject({ [name]: 'warn' })
})

test('control characters in a record do not reach the terminal', async () => {
  const zone = {
    ...validZone,
    '_dmarc.example.com': { txt: [['v=DMARC1; p=none\u001b[2J\nok  all']] },
  }
  const findings = await check([await startNameServer(zone)])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test proves their absence
  expect(JSON.stringify(findings.map(({ found }) => found))).not.toMatch(/\u001b|\\u001b|\\n/)
})

test('DNS that fails, or that has no name at all, is only a warning', async () => {
  const failing = await check([await startNameServer({}, { fails: true })])
  expect(
    failing.every(({ status, found }) => status === 'warn' && /could not be looked up/.test(found)),
  ).toBe(true)
  expect(await check([await startNameServer({})])).toEqual([
    expect.objectContaining({
      status: 'warn',
      found: expect.stringMatching(/could not be looked up/),
    }),
  ])
})

test('DNS that never answers times out', async () => {
  const silent = createSocket('udp4').bind(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const findings = await check([`127.0.0.1:${silent.address().port}`], 'example.com', 300)
  expect(findings).toHaveLength(4)
  expect(
    findings.every(
      ({ status, found }) => status === 'warn' && /could not be looked up/.test(found),
    ),
  ).toBe(true)
})
