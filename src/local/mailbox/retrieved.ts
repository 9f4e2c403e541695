import { type Answer, notFound } from './answers.ts'
import type { StoredEmail } from './stored-email.ts'

function orNull<T>(list: T[]): T[] | null {
  return list.length === 0 ? null : list
}

/** An email in the format of Resend's `GET /emails/:id`. */
export function retrieved(email: StoredEmail): Answer {
  const { html, text, tags } = email
  const body = { object: 'email', ...toListItem(email), html, text, tags }
  return { status: 200, headers: {}, body }
}

/** Emails in the format of Resend's `GET /emails`: newest first, without bodies and tags. */
export function listed(
  emails: StoredEmail[],
  { limit = 20, after }: { limit?: number; after?: string | undefined },
): Answer {
  const start = after === undefined ? 0 : emails.findIndex(email => email.id === after) + 1
  const data = emails.slice(start, start + limit).map(toListItem)
  const body = { object: 'list', has_more: start + limit < emails.length, data }
  return { status: 200, headers: {}, body }
}

function toListItem(email: StoredEmail) {
  return {
    id: email.id,
    message_id: `<${email.id}@mailbox.invalid>`,
    created_at: new Date(email.at).toISOString(),
    from: email.from,
    to: email.to,
    cc: orNull(email.cc),
    bcc: orNull(email.bcc),
    reply_to: orNull(email.replyTo),
    subject: email.subject,
    last_event: email.lastEvent,
    scheduled_at: email.scheduledAt,
  }
}

/** A domain of the account. */
export interface Domain {
  id: string
  name: string
  status: string
  click_tracking: boolean
  open_tracking: boolean
}

/** Domains in the format of Resend's `GET /domains`, which does not say whether tracking is on. */
export function listedDomains(domains: Domain[]): Answer {
  const data = domains.map(({ id, name, status }) => ({ id, name, status }))
  return { status: 200, headers: {}, body: { object: 'list', has_more: false, data } }
}

/** A domain in the format of Resend's `GET /domains/:id`. */
export function retrievedDomain(domains: Domain[], id: string): Answer {
  const found = domains.find(domain => domain.id === id)
  if (!found) return notFound('Domain not found')
  return { status: 200, headers: {}, body: { object: 'domain', ...found, records: [] } }
}
