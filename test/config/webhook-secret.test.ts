import { expect, test } from 'vitest'
import { summarize } from '../../src/config/summary.ts'
import { configOf, faultsOf, secrets } from '../support/environment.ts'

const RESEND_WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

test('the webhook secret is accepted in the provider’s format and never shown', () => {
  const config = configOf({ RESEND_WEBHOOK_SECRET })
  expect(config.resendWebhookSecret).toBe(RESEND_WEBHOOK_SECRET)
  expect(JSON.stringify(summarize(config))).not.toContain('MfKQ9r8')
})

test.each(['secret', 'whsec_', 'whsec_not base64', 'WHSEC_AAAA'])(
  'an invalid secret (%s) is an error at the start, not at the first event',
  value => {
    const [only, ...more] = faultsOf({ ...secrets, RESEND_WEBHOOK_SECRET: value })
    expect(only).toMatch(/^RESEND_WEBHOOK_SECRET must look like `whsec_…`/)
    expect(more).toEqual([])
  },
)
