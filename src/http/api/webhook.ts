import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { DeliveryEvent, DeliveryEvents } from '../../core/events/delivery-event.ts'
import { sendProblem } from '../problem.ts'

export interface WebhookOptions {
  /** Resolves a genuine webhook to its event, null if there is nothing to record; null if it is forged. */
  verify: (
    payload: string,
    headers: { id: string; timestamp: string; signature: string },
  ) => { event: DeliveryEvent | null } | null
  events: DeliveryEvents
}

/**
 * What the provider tells of emails after it took them. It repeats an event until it gets a 2xx, so
 * whatever it sends that we have no use for is answered like the rest; only a fault of ours is not.
 */
export const webhookRoute: FastifyPluginAsync<WebhookOptions> = async (
  server,
  { verify, events },
) => {
  // The signature is over the text as it came: parsed and written again it would be another.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  )

  server.post(
    '/webhooks/resend',
    { schema: { summary: 'Delivery events, signed by the provider' } },
    async (request, reply) => {
      const headers = {
        id: headerOf(request, 'svix-id'),
        timestamp: headerOf(request, 'svix-timestamp'),
        signature: headerOf(request, 'svix-signature'),
      }
      const genuine = verify(typeof request.body === 'string' ? request.body : '', headers)
      if (!genuine) {
        request.log.warn('a webhook without a valid signature: is RESEND_WEBHOOK_SECRET right?')
        return sendProblem(reply, {
          status: 401,
          code: 'invalid_signature',
          title: 'this is not signed with our secret, or was some time ago',
        })
      }
      if (genuine.event) await events.record(genuine.event)
      return { received: true }
    },
  )
}

function headerOf(request: FastifyRequest, name: string): string {
  return String(request.headers[name] ?? '')
}
