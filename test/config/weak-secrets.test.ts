import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { faultsOf } from '../support/environment.ts'
import { findTool, requireTool } from '../support/tools.ts'

const secret = () => randomBytes(32).toString('hex')
const mail = { RESEND_API_KEY: 're_1', EMAIL_FROM: 'a@example.com' }
const strong = { API_TOKEN: secret(), CRON_SECRET: secret(), LINK_SECRET: secret() }
const production = { NODE_ENV: 'production', ...mail, ...strong }

/** A webhook secret in the provider's format. */
const webhookKey = (bytes: number) => `whsec_${randomBytes(bytes).toString('base64')}`

test('strong secrets and lists of them are accepted in production', () => {
  expect(faultsOf(production)).toEqual([])
  const rotating = { LINK_SECRET: `${secret()},${strong.LINK_SECRET}`, READ_TOKEN: secret() }
  const RESEND_WEBHOOK_SECRET = webhookKey(24)
  expect(faultsOf({ ...production, ...rotating, RESEND_WEBHOOK_SECRET })).toEqual([])
})

test('all weak secrets are errors in production, with a command that generates a strong one', () => {
  const faults = faultsOf({
    ...{ NODE_ENV: 'production', ...mail, PORT: 'x' },
    ...{ API_TOKEN: 'a', CRON_SECRET: 'c'.repeat(31), LINK_SECRET: `${secret()},short` },
    ...{ READ_TOKEN: 'r', RESEND_WEBHOOK_SECRET: webhookKey(15) },
    ...{ EVENTS_URL: 'https://app.example/changes', EVENTS_SECRET: webhookKey(15) },
  })

  const names = ['API_TOKEN', 'CRON_SECRET', 'EVENTS_SECRET', 'LINK_SECRET', 'PORT', 'READ_TOKEN']
  expect(faults.map(fault => fault.split(' ')[0]).sort()).toEqual([
    ...names,
    'RESEND_WEBHOOK_SECRET',
  ])
  for (const fault of faults.filter(text => !text.startsWith('PORT'))) {
    expect(fault).toMatch(/openssl rand -(hex|base64) 32/)
  }
  expect(faults.join()).not.toContain('ccc')
})

test('the same value for two secrets is an error in production, even within a list', () => {
  const { API_TOKEN } = strong
  expect(faultsOf({ ...production, CRON_SECRET: API_TOKEN })).toEqual([
    'CRON_SECRET must not be the same as API_TOKEN: openssl rand -hex 32',
  ])
  expect(faultsOf({ ...production, LINK_SECRET: `${secret()}, ${API_TOKEN}` })).toEqual([
    'LINK_SECRET must not be the same as API_TOKEN: openssl rand -hex 32',
  ])
})

test('weak secrets are accepted outside production', () => {
  const weak = { API_TOKEN: 'a', CRON_SECRET: 'a', LINK_SECRET: 'a' }
  expect(faultsOf({ ...weak, RESEND_WEBHOOK_SECRET: webhookKey(1) })).toEqual([])
})

test('the command generates accepted secrets', context => {
  requireTool('openssl')(context)
  const generate = () =>
    execFileSync(findTool('openssl') ?? '', ['rand', '-hex', '32'], { encoding: 'utf8' }).trim()
  const env = { API_TOKEN: generate(), CRON_SECRET: generate(), LINK_SECRET: generate() }
  expect(faultsOf({ ...production, ...env })).toEqual([])
})
