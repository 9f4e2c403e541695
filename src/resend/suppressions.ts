import { Resend } from 'resend'
import { comparableAddress } from '../core/email-address.ts'
import { createScrub } from '../core/errors/scrub-secrets.ts'
import type { ProviderLift } from '../core/recipients/suppression.ts'
import { cleanText } from '../core/render/clean-text.ts'
import type { ResendOptions } from './provider.ts'

const TIMEOUT_MS = 10_000
const BY_HAND = 'remove the address from the suppression list in Resend’s dashboard'

/**
 * Creates a function that removes an address from the provider's own suppression list, which is one for the
 * whole account. It never throws. Source: Resend, `DELETE /suppressions/{email}`, open to some accounts only.
 */
export function createProviderLift(
  options: ResendOptions | undefined,
): (address: string) => Promise<ProviderLift> {
  if (!options) {
    return async () => ({
      state: 'not_asked',
      detail: `this process has no RESEND_API_KEY; if Resend suppresses the address, too, ${BY_HAND}`,
    })
  }
  const { apiKey, baseUrl, secrets } = options
  const resend = new Resend(apiKey, { ...(baseUrl && { baseUrl }), userAgent: 'tidings' })
  const scrub = createScrub([apiKey, ...(secrets ?? [])])
  return async address => {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const { data, error } = await resend.suppressions
      .remove(comparableAddress(address), { signal })
      .catch((thrown: Error) => ({
        data: null,
        error: { name: 'unknown', message: thrown.message, statusCode: null },
      }))
    if (!error) return { state: data ? 'lifted' : 'no_answer', detail: data ? null : BY_HAND }
    const { statusCode: status } = error
    if (status === 404) return { state: 'not_suppressed', detail: null }
    const message = cleanText(scrub(`${error.name}: ${error.message}`), 200)
    if (typeof status !== 'number') {
      return { state: 'no_answer', detail: `${message}; try again, or ${BY_HAND}` }
    }
    return {
      state: 'refused',
      detail: `${message}; if Resend suppresses the address, too, ${BY_HAND}`,
    }
  }
}
