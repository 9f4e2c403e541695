/** The two calls that send. Each has idempotency keys of its own. */
export type Endpoint = 'emails' | 'emails/batch'

export interface Tag {
  name: string
  value: string
}

/** What Resend last reported of an email; a value of its `last_event`. */
export type LastEvent = 'sent' | 'scheduled' | 'delivered' | 'bounced' | 'complained' | 'suppressed'

/** An email as its sender asked for it, checked. Every string in it is a stranger's. */
export interface Email {
  from: string
  to: string[]
  cc: string[]
  bcc: string[]
  replyTo: string[]
  subject: string
  html: string | null
  text: string | null
  headers: Record<string, string>
  tags: Tag[]
  /** Their names only; the contents are not kept. */
  attachments: string[]
  scheduledAt: string | null
}

/** An email that was accepted. */
export interface StoredEmail extends Email {
  /** A UUID. */
  id: string
  /** When it was accepted, in ms since the epoch. */
  at: number
  endpoint: Endpoint
  /** The idempotency key of the request that carried it. */
  key: string | null
  lastEvent: LastEvent
}

/** One accepted request: a line of the journal. */
export interface AcceptedRequest {
  /** ms since the epoch */
  at: number
  key: string | null
  scope: Endpoint
  /** SHA-256 of the request's body, in hex. */
  hash: string
  status: 200
  /** The body that was, or should have been, answered. */
  answer: unknown
  emails: StoredEmail[]
}
