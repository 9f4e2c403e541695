import { createHash, randomUUID } from 'node:crypto'
import { addressIn } from '../../core/email-address.ts'
import { type Answer, keyReused } from './answers.ts'
import type { EmailStore } from './email-store.ts'
import { type ReadRequest, readRequest } from './read-request.ts'
import type { AcceptedRequest, Email, Endpoint, LastEvent, StoredEmail } from './stored-email.ts'

/** A request to send, before it is parsed. */
export interface IncomingRequest {
  endpoint: Endpoint
  key: string | undefined
  body: Buffer
  /** The header `x-batch-validation`. */
  validation: string | undefined
}

/** The result. `accepted` is empty for a replay and for a refusal. */
export interface Acceptance {
  answer: Answer
  accepted: StoredEmail[]
  replayed: boolean
}

/**
 * Accepts a request, or replays the answer that its key already has. An accepted request is written to the
 * journal before it is answered.
 */
export function accept(
  incoming: IncomingRequest,
  store: EmailStore,
  at: number,
  database?: string,
): Acceptance {
  const hash = createHash('sha256').update(incoming.body).digest('hex')
  const known =
    incoming.key === undefined ? undefined : store.answerTo(incoming.endpoint, incoming.key, at)
  if (known !== undefined) return replay(known, hash)

  const read = readRequest(incoming.endpoint, incoming.body, incoming.validation)
  if ('refused' in read) return { answer: read.refused, accepted: [], replayed: false }
  const request = record(incoming, read, hash, { at, database })
  const kept = store.accept(request)
  if (JSON.stringify(kept.answer) !== JSON.stringify(request.answer)) return replay(kept, hash)
  return { answer: ok(request.answer), accepted: request.emails, replayed: false }
}

function ok(body: unknown): Answer {
  return { status: 200, headers: {}, body }
}

function replay(known: { hash: string; answer: unknown }, hash: string): Acceptance {
  return known.hash === hash
    ? { answer: ok(known.answer), accepted: [], replayed: true }
    : { answer: keyReused(), accepted: [], replayed: false }
}

function record(
  incoming: IncomingRequest,
  read: ReadRequest,
  hash: string,
  { at, database }: { at: number; database: string | undefined },
): AcceptedRequest {
  const { endpoint } = incoming
  const key = incoming.key ?? null
  const emails = read.emails.map(email => ({
    ...stored(email, at, endpoint, key),
    ...(database !== undefined && { database }),
  }))
  const ids = emails.map(({ id }) => ({ id }))
  const answer =
    endpoint === 'emails'
      ? ids[0]
      : { data: ids, ...(read.errors === undefined ? {} : { errors: read.errors }) }
  return { at, key, scope: endpoint, hash, status: 200, answer, emails }
}

function stored(email: Email, at: number, endpoint: Endpoint, key: string | null): StoredEmail {
  const lastEvent = email.scheduledAt === null ? (simulatedEvent(email.to) ?? 'sent') : 'scheduled'
  return { id: randomUUID(), at, endpoint, key, lastEvent, ...email }
}

const simulated = /^(delivered|bounced|complained|suppressed)(?:\+[^@]*)?@resend\.dev$/i

/**
 * Returns the event that a Resend test address simulates; a `+label` is ignored.
 * @see https://resend.com/docs/dashboard/emails/send-test-emails
 */
function simulatedEvent(recipients: string[]): LastEvent | undefined {
  for (const recipient of recipients) {
    const event = simulated.exec(addressIn(recipient) ?? '')?.[1]
    if (event !== undefined) return event.toLowerCase() as LastEvent
  }
  return undefined
}
