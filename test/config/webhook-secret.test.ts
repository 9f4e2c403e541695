import { expect, test } from 'vitest'
import { secretsOf } from '../../src/config/secrets-of.ts'
import { summarize } from '../../src/config/summary.ts'
import { configOf, faultsOf, secrets } from '../support/environment.ts'

const RESEND_WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

test('the webhook secret is accepted in the provider’s format and never shown', () => {
  const config = configOf({ RESEND_WEBHOOK_SECRET })
  expect(config.resendWebhookSecret).toBe(RESEND_WEBHOOK_SECRET)
  expect(JSON.stringify(summarize(config))).not.toContain('MfKQ9r8')
})

test('the key that signs changes is never shown, and needs a URL', () => {
  const EVENTS_SECRET = RESEND_WEBHOOK_SECRET
  const config = configOf({ EVENTS_URL: 'https://app.example/changes', EVENTS_SECRET })
  expect(config.changeReceiver).toEqual({
    url: 'https://app.example/changes',
    secret: EVENTS_SECRET,
  })
  expect(secretsOf(config)).toContain(EVENTS_SECRET)
  expect(JSON.stringify(summarize(config))).not.toContain('MfKQ9r8')
  const EVENTS_URL = 'https://app.example/changes'
  expect(faultsOf({ ...secrets, EVENTS_URL })).toHaveLength(1)
  expect(faultsOf({ ...secrets, EVENTS_URL, ROLE: 'api' })).toEqual([])
  expect(faultsOf({ ...secrets, EVENTS_SECRET })).toEqual([
    'EVENTS_SECRET has no effect without EVENTS_URL',
  ])
})

test.each(['secret', 'whsec_', 'whsec_not base64', 'WHSEC_AAAA'])(
  'an invalid secret (%s) is an error at the start, not at the first event',
  value => {
    const [only, ...more] = faultsOf({ ...secrets, RESEND_WEBHOOK_SECRET: value })
    expect(only).toMatch(/^RESEND_WEBHOOK_SECRET must look like `whsec_…`/)
    expect(more).toEqual([])
  },
)
