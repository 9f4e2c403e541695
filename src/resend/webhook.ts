import { Resend } from 'resend'
import type { DeliveryEvent } from '../core/events/delivery-event.ts'
import { readEvent } from './read-event.ts'

export interface SignedHeaders {
  id: string
  timestamp: string
  signature: string
}

/**
 * Creates a verifier for the provider's webhooks. It returns null for a webhook that is unsigned, signed with
 * another secret, altered or more than five minutes old. `event` is null if a genuine webhook has nothing to
 * record or is not JSON.
 */
export function createWebhookVerifier(webhookSecret: string) {
  // The SDK requires a key, but verification makes no request.
  const { webhooks } = new Resend('re_verifies_only')
  return (payload: string, headers: SignedHeaders): { event: DeliveryEvent | null } | null => {
    try {
      return { event: readEvent(headers.id, webhooks.verify({ payload, headers, webhookSecret })) }
    } catch (error) {
      // The SDK verifies before it parses.
      return error instanceof SyntaxError ? { event: null } : null
    }
  }
}
