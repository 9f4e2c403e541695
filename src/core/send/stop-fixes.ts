import { errorCode } from '../audit/outcome.ts'

const NEW_KEY = 'Set RESEND_API_KEY to a valid key of the account, and restart the service.'
const RAISE_QUOTA = 'Wait until the provider resets the quota, or raise it there.'

/** What ends a stop, by the code of its reason. */
const FIXES: Record<string, string> = {
  missing_api_key: NEW_KEY,
  invalid_api_key: NEW_KEY,
  restricted_api_key: 'Give the key of RESEND_API_KEY the right to send from this domain.',
  validation_error:
    'Verify the domain of EMAIL_FROM at the provider. The checks list the missing DNS records.',
  invalid_access: 'Check at the provider whether the account may send.',
  security_error: 'Ask the provider’s support why the account is blocked.',
  daily_quota_exceeded: RAISE_QUOTA,
  monthly_quota_exceeded: RAISE_QUOTA,
  bounce_rate:
    'Correct or remove the addresses that bounced in the application. Then resume sending.',
  complaint_rate:
    'Find out why recipients report the emails as spam, and switch those emails off. Then resume sending.',
}

/** What an operator does about a stop for this reason (`<code>: <message>`); null if that is not known. */
export function fixFor(reason: string): string | null {
  return FIXES[errorCode(reason) ?? ''] ?? null
}
