import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { lookUpSender } from '../../src/doctor/look-up-sender.ts'
import { checkSender } from '../../src/doctor/sender.ts'
import { startNameServer, type Zone } from '../support/name-server.ts'

const sound: Zone = {
  'example.com': {},
  'send.example.com': {
    txt: [['v=spf1 include:amazonses.com ~all']],
    mx: ['feedback-smtp.eu-west-1.amazonses.com'],
  },
  // A key is longer than one string of a TXT can be.
  'resend._domainkey.example.com': { txt: [['p=MIGfMA0GCSqG', 'SIb3DQEBAQUAA4GNADCB']] },
  '_dmarc.example.com': { txt: [['v=DMARC1; p=none']] },
}

async function examine(servers: string[], domain = 'example.com', ms = 4_000) {
  return checkSender(await lookUpSender(domain, { servers, signal: AbortSignal.timeout(ms) }))
}

const statuses = (findings: { check: string; status: string }[]) =>
  Object.fromEntries(findings.map(({ check, status }) => [check, status]))

test('a domain with all its records is in order', async () => {
  const findings = await examine([await startNameServer(sound)])
  expect(statuses(findings)).toEqual({ spf: 'ok', bounces: 'ok', dkim: 'ok', dmarc: 'ok' })
})

test('records that are missing are named, DMARC with the record to add', async () => {
  const findings = await examine([await startNameServer({ 'example.com': {} })])
  expect(statuses(findings)).toEqual({ spf: 'warn', bounces: 'warn', dkim: 'warn', dmarc: 'warn' })
  expect(findings.find(({ check }) => check === 'dmarc')?.fix).toBe(
    'add _dmarc.example.com. TXT "v=DMARC1; p=none"',
  )
})

test('a domain below one that has a DMARC record has that one', async () => {
  const findings = await examine(
    [await startNameServer({ ...sound, 'mail.example.com': {} })],
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
])('%s: a warning', async (_what, check, zone) => {
  const findings = await examine([await startNameServer({ ...sound, ...zone })])
  expect(statuses(findings)).toMatchObject({ [check]: 'warn' })
})

test('control characters in a record do not reach the terminal', async () => {
  const zone = { ...sound, '_dmarc.example.com': { txt: [['v=DMARC1; p=none\u001b[2J\nok  all']] } }
  const findings = await examine([await startNameServer(zone)])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
  expect(JSON.stringify(findings.map(({ found }) => found))).not.toMatch(/\u001b|\\u001b|\\n/)
})

test('DNS that fails, or that knows no name at all, proves nothing', async () => {
  const failing = await examine([await startNameServer({}, { fails: true })])
  expect(
    failing.every(({ status, found }) => status === 'warn' && /could not be looked up/.test(found)),
  ).toBe(true)
  expect(await examine([await startNameServer({})])).toEqual([
    expect.objectContaining({
      status: 'warn',
      found: expect.stringMatching(/could not be looked up/),
    }),
  ])
})

test('DNS that never answers is given up when time is up', async () => {
  const silent = createSocket('udp4').bind(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const findings = await examine([`127.0.0.1:${silent.address().port}`], 'example.com', 300)
  expect(findings).toHaveLength(4)
  expect(
    findings.every(
      ({ status, found }) => status === 'warn' && /could not be looked up/.test(found),
    ),
  ).toBe(true)
})
