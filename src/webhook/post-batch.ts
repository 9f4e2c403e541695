import { Webhook } from 'standardwebhooks'
import type { Change } from '../core/changes/change.ts'
import type { ChangeBatch, PostBatch } from '../core/changes/post-changes.ts'

export interface Receiver {
  url: string
  /** `whsec_` and a key in base64. */
  secret: string
}

/** Less than the lease of a batch. */
const TIMEOUT_MS = 15_000

/**
 * Creates a function that posts a batch, signed as Standard Webhooks has it: `webhook-id`,
 * `webhook-timestamp`, `webhook-signature`. Any 2xx is success. Source: https://www.standardwebhooks.com
 *
 * @param stopping cancels a request in flight
 */
export function createPostBatch({ url, secret }: Receiver, stopping?: AbortSignal): PostBatch {
  const webhook = new Webhook(secret)
  return async batch => {
    const body = bodyOf(batch)
    const timestamp = new Date()
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    try {
      const { status, body: answer } = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'tidings',
          'webhook-id': batch.id,
          'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
          'webhook-signature': webhook.sign(batch.id, timestamp, body),
        },
        body,
        redirect: 'manual',
        signal: stopping ? AbortSignal.any([timeout, stopping]) : timeout,
      })
      await answer?.cancel()
      return status >= 200 && status < 300 ? null : `status ${status}`
    } catch (error) {
      if (timeout.aborted) return `no answer within ${TIMEOUT_MS / 1000} s`
      const { message, cause } = error as Error
      return cause instanceof Error ? cause.message || message : message
    }
  }
}

function bodyOf({ changes }: ChangeBatch): string {
  const timestamp = changes.at(-1)?.at ?? new Date()
  return JSON.stringify({ type: 'changes', timestamp, data: changes.map(withoutAddress) })
}

/** An address is personal data that the receiver may look up if it needs it. */
function withoutAddress({ detail, ...change }: Change) {
  if (!detail) return { ...change, detail }
  const { address: _address, ...rest } = detail
  return { ...change, detail: rest }
}
