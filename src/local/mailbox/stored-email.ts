/** The two calls that send. Each has its own idempotency keys. */
export type Endpoint = 'emails' | 'emails/batch'

export interface Tag {
  name: string
  value: string
}

/** The last delivery event of an email, as in Resend's `last_event`. */
export type LastEvent = 'sent' | 'scheduled' | 'delivered' | 'bounced' | 'complained' | 'suppressed'

/** A validated email of a request. Its strings are untrusted. */
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
  /** File names only; the contents are not kept. */
  attachments: string[]
  scheduledAt: string | null
}

/** An accepted email. */
export interface StoredEmail extends Email {
  /** A UUID. */
  id: string
  /** When it was accepted, in ms since the epoch. */
  at: number
  endpoint: Endpoint
  /** The idempotency key of the request that carried it. */
  key: string | null
  lastEvent: LastEvent
  /** The database whose service sent it; absent in journals of earlier versions. */
  database?: string
}

/** One accepted request: a line of the journal. */
export interface AcceptedRequest {
  /** Milliseconds since the epoch. */
  at: number
  key: string | null
  scope: Endpoint
  /** SHA-256 of the request's body, in hex. */
  hash: string
  status: 200
  /** The body of the answer, even if a fault kept it from being sent. */
  answer: unknown
  emails: StoredEmail[]
}
