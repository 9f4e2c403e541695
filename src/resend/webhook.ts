import { Resend } from 'resend'

export interface SignedHeaders {
  id: string
  timestamp: string
  signature: string
}

/**
 * Makes what tells the provider's webhooks from others'. It gives back the content of a genuine one
 * (undefined where that is no JSON), and null for anything else: unsigned, signed with another
 * secret, changed on its way, or more than five minutes old.
 */
export function createWebhookVerifier(webhookSecret: string) {
  // The SDK wants a key before anything else; verifying calls nobody.
  const { webhooks } = new Resend('re_verifies_only')
  return (payload: string, headers: SignedHeaders): { content: unknown } | null => {
    try {
      return { content: webhooks.verify({ payload, headers, webhookSecret }) }
    } catch (error) {
      // It parses only what it has verified.
      return error instanceof SyntaxError ? { content: undefined } : null
    }
  }
}
