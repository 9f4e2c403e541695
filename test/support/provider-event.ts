import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { call, type Reachable, type Reply } from './client.ts'

export const WEBHOOK_SECRET = `whsec_${randomBytes(24).toString('base64')}`

export interface EventFields {
  emailId?: string
  /** The time of the event, in seconds after `noon`. */
  at?: number
  tags?: unknown
  /** More fields of `data`. */
  data?: object
}

/** The base time of a test's events. */
export const noon = Date.parse('2026-03-01T12:00:00Z')

/** An event in the provider's format. */
export function providerEvent(
  type: string,
  { emailId = randomUUID(), at = 0, tags, data }: EventFields = {},
): object {
  return {
    type,
    created_at: new Date(noon + at * 1000).toISOString(),
    data: {
      created_at: '2026-02-22 23:41:11.894719+00',
      email_id: emailId,
      from: 'Tidings <tidings@example.com>',
      to: ['Recipient.Of.The.Event@claims.example'],
      subject: 'News',
      ...(tags !== undefined && { tags }),
      ...data,
    },
  }
}

/** The tags of a delivery's email. */
export const tagsOf = (deliveryId: string) => ({
  delivery_id: deliveryId,
  email_type: 'new_notifications',
})

export const permanentBounce = {
  bounce: { type: 'Permanent', subType: 'General', message: 'There is no such mailbox.' },
}

/** Signs a body according to Standard Webhooks. */
export function sign(
  body: string,
  { id, timestamp, secret }: { id: string; timestamp: number; secret: string },
): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return `v1,${digest}`
}

/** The signed headers of a webhook request. */
export function signedHeaders(
  body: string,
  { id = `msg_${randomUUID()}`, age = 0, secret = WEBHOOK_SECRET } = {},
): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1000) - age
  return {
    'content-type': 'application/json',
    'svix-id': id,
    'svix-timestamp': String(timestamp),
    'svix-signature': sign(body, { id, timestamp, secret }),
  }
}

/** Posts an event as the provider does. */
export function postEvent(
  service: Reachable,
  event: unknown,
  options: { id?: string; age?: number; secret?: string } = {},
): Promise<Reply> {
  const body = typeof event === 'string' ? event : JSON.stringify(event)
  return call(service, '/webhooks/resend', {
    token: null,
    headers: signedHeaders(body, options),
    body,
  })
}
