import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { DeliveryEvent, DeliveryEvents } from '../../core/events/delivery-event.ts'
import { sendProblem } from '../problem.ts'

export interface WebhookOptions {
  /** Verifies the signature. Null if it is invalid; `event` is null if there is nothing to record. */
  verify: (
    payload: string,
    headers: { id: string; timestamp: string; signature: string },
  ) => { event: DeliveryEvent | null } | null
  events: DeliveryEvents
}

const event = z
  .looseObject({ type: z.string(), created_at: z.iso.datetime(), data: z.looseObject({}) })
  .describe('As the provider defines it; unknown types are accepted')
const signature = z.object({
  'svix-id': z.string(),
  'svix-timestamp': z.string().describe('Seconds'),
  'svix-signature': z.string().describe('As Standard Webhooks defines it'),
})

/**
 * Records delivery events from the provider. It repeats an event until it gets a 2xx, so events that
 * are not needed are accepted, too; only an internal error is answered with a 500.
 */
export const webhookRoute: FastifyPluginAsync<WebhookOptions> = async (
  server,
  { verify, events },
) => {
  // The signature covers the raw body, which parsing and serializing again would change.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  )

  server.post(
    '/webhooks/resend',
    {
      schema: {
        operationId: 'receiveEvent',
        tags: ['Webhooks'],
        summary: 'Delivery events, signed by the provider',
        // The signature is checked before anything else.
        unvalidated: { body: event, headers: signature },
        response: { 200: z.object({ received: z.literal(true) }) },
        problems: ['invalid_signature', 'ctp_body_too_large', 'internal_error', 'unavailable'],
      },
    },
    async (request, reply) => {
      const headers = {
        id: readHeader(request, 'svix-id'),
        timestamp: readHeader(request, 'svix-timestamp'),
        signature: readHeader(request, 'svix-signature'),
      }
      const verified = verify(typeof request.body === 'string' ? request.body : '', headers)
      if (!verified) {
        request.log.warn('Webhook with an invalid signature; check RESEND_WEBHOOK_SECRET')
        return sendProblem(reply, {
          status: 401,
          code: 'invalid_signature',
          title: 'Invalid or expired signature',
        })
      }
      if (verified.event) await events.record(verified.event)
      return { received: true }
    },
  )
}

function readHeader(request: FastifyRequest, name: string): string {
  return String(request.headers[name] ?? '')
}
