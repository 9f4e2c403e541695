import { Resend } from 'resend'
import type { DeliveryEvent } from '../core/events/delivery-event.ts'
import { readEvent } from './read-event.ts'

export interface SignedHeaders {
  id: string
  timestamp: string
  signature: string
}

/**
 * Creates the check of the provider's webhooks. The check returns null for a forged one: unsigned, signed
 * with another secret, altered, or more than five minutes old. `event` is null if a genuine webhook holds
 * nothing to record, or no JSON.
 */
export function createWebhookVerifier(webhookSecret: string) {
  // The SDK wants a key before anything else; verifying calls nobody.
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
