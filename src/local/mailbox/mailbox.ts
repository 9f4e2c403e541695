import { accept, type IncomingRequest } from './accept.ts'
import { type Answer, invalidKey, keyInFlight, tooMany } from './answers.ts'
import {
  applyFaultAfter,
  applyFaultBefore,
  type HoldSignals,
  type SimulatedResponse,
} from './apply-fault.ts'
import { refuseKey } from './authorization.ts'
import { createEmailStore } from './email-store.ts'
import { createFaultQueue, type Fault, type Faultable } from './faults.ts'
import { createRateLimit } from './rate-limit.ts'
import { type Domain, listedDomains, retrievedDomain } from './retrieved.ts'
import type { StoredEmail } from './stored-email.ts'

export interface MailboxOptions {
  /**
   * An NDJSON file of accepted requests, so that a restart keeps emails and idempotency keys. Several
   * processes may share it. Without it, everything is in memory only.
   */
  journal?: string
  /** Requests per second, 10 by default. Infinity: no 429 and no `ratelimit-*` headers. */
  rateLimit?: number
  /** How many of the newest emails are kept for the pages, 5000 by default. */
  keep?: number
  /** The account's domains, none by default. */
  domains?: Domain[]
  /** Names the database whose service sends here; the pages show only its emails. */
  database?: string
  /** The clock in ms since the epoch; for tests. */
  now?: () => number
}

/** A request to send, with the signals that end it if it is held. */
export interface SendRequest extends IncomingRequest, HoldSignals {
  authorization: string | undefined
  /** How long ago it arrived, in milliseconds, since reading a body takes time. */
  waitedMs?: number
}

/** Counts since this mailbox was created; `accepted` counts the whole journal. */
export interface MailboxStats {
  /** Accepted emails. */
  accepted: number
  /** Requests to send, with any result. */
  requests: number
  /** Requests answered with 429. */
  refused: number
  /** Requests answered with the stored answer of their key. */
  replayed: number
  /** Requests currently held by `hang`, `hang-after` or `latency`. */
  held: number
  /** Faults that are not used up. */
  faults: number
}

/** The local mailbox: a Resend-compatible server for development and tests. */
export interface Mailbox {
  /** The database whose service sends here. */
  readonly database: string | undefined
  /** The number of emails that its service has ever sent. */
  readonly ownCount: number
  /** The number of emails ever accepted. */
  readonly count: number
  /** The number of requests to send, with any result. */
  readonly requests: number
  /** How many of them were answered with 429. */
  readonly refused: number
  stats(): MailboxStats
  /** The kept emails, newest first. */
  emails(): StoredEmail[]
  find(id: string): StoredEmail | undefined
  setFault(fault: Fault | null): void
  /** Replaces all faults. */
  setFaults(faults: Fault[]): void
  /**
   * Calls the listener once for each request that this mailbox accepts, before answering it; not for
   * replays, nor for requests that other processes accept. The listener must not throw.
   * @returns a function that removes the listener
   */
  onAccepted(listener: (emails: StoredEmail[]) => void): () => void
  /** Counts a request to send. Returns whether to refuse its connection. */
  arrive(request: Faultable): boolean
  send(request: SendRequest): Promise<SimulatedResponse>
  /** @returns the refusal of a read call, if any, and the headers of its answer */
  read(authorization: string | undefined): { refused?: Answer; headers: Record<string, string> }
  /** Answers with the list of domains, with one by its id, or with a fault that names `domains`. */
  domains(
    request: HoldSignals & { authorization: string | undefined; id?: string },
  ): Promise<SimulatedResponse>
  /** The `ratelimit-*` headers, for an error before the request was handled. */
  limits(): Record<string, string>
}

export function createMailbox(options: MailboxOptions = {}): Mailbox {
  const now = options.now ?? Date.now
  const store = createEmailStore(options.journal, options.keep ?? 5000)
  const limit = createRateLimit(options.rateLimit ?? 10, now)
  const faults = createFaultQueue()
  const listeners = new Set<(emails: StoredEmail[]) => void>()
  const inFlight = new Set<string>()
  const counted = { requests: 0, refused: 0, replayed: 0, held: 0 }

  function admit(authorization: string | undefined, access: 'send' | 'read', waitedMs = 0) {
    const refused = refuseKey(authorization, access)
    if (refused !== undefined) return { refused, headers: limit.headers() }
    const { admitted, headers } = limit.admit(now() - waitedMs)
    return admitted ? { headers } : { refused: tooMany('rate_limit_exceeded'), headers }
  }

  async function countHeld<T>(wait: Promise<T>): Promise<T> {
    counted.held += 1
    return wait.finally(() => {
      counted.held -= 1
    })
  }

  /** A refused request does not use up its fault. */
  async function handle(request: SendRequest, release: () => void): Promise<SimulatedResponse> {
    const { endpoint, key, body } = request
    const matched = faults.take({ endpoint, key, body })
    const replacement = matched && (await countHeld(applyFaultBefore(matched.fault, request)))
    if (replacement !== undefined) return replacement
    const { answer, accepted, replayed } = accept(request, store, now(), options.database)
    // From now on the key has its answer, even if this request is still held.
    release()
    if (replayed) counted.replayed += 1
    if (accepted.length > 0) for (const listener of listeners) listener(accepted)
    if (matched === undefined || matched.fault.kind === 'latency') return { kind: 'answer', answer }
    if (answer.status === 200) return countHeld(applyFaultAfter(matched.fault, answer, request))
    matched.giveBack()
    return { kind: 'answer', answer }
  }

  async function guardKey(request: SendRequest): Promise<SimulatedResponse> {
    const { endpoint, key } = request
    if (key === undefined) return handle(request, () => undefined)
    if (key.length < 1 || key.length > 256) return { kind: 'answer', answer: invalidKey() }
    const mapKey = `${endpoint} ${key}`
    if (inFlight.has(mapKey)) return { kind: 'answer', answer: keyInFlight() }
    inFlight.add(mapKey)
    // Release only once: when a held request ends, another request may have the same key in flight.
    let release = () => void inFlight.delete(mapKey)
    const releaseOnce = () => {
      release()
      release = () => undefined
    }
    return handle(request, releaseOnce).finally(releaseOnce)
  }

  return {
    database: options.database,
    get ownCount() {
      return store.countOf(options.database)
    },
    get count() {
      return store.count
    },
    get requests() {
      return counted.requests
    },
    get refused() {
      return counted.refused
    },
    stats: () => ({ accepted: store.count, ...counted, faults: faults.left }),
    emails: store.emails,
    find: store.find,
    setFault: fault => faults.set(fault === null ? [] : [fault]),
    setFaults: faults.set,
    onAccepted(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    arrive(request) {
      counted.requests += 1
      return faults.takeRefusal(request)
    },
    async send(request) {
      const { refused, headers } = admit(request.authorization, 'send', request.waitedMs)
      const outcome: SimulatedResponse = refused
        ? { kind: 'answer', answer: refused }
        : await guardKey(request)
      if (outcome.kind === 'reset') return outcome
      if (outcome.answer.status === 429) counted.refused += 1
      const answer = { ...outcome.answer, headers: { ...headers, ...outcome.answer.headers } }
      return { ...outcome, answer }
    },
    read: authorization => admit(authorization, 'read'),
    async domains({ authorization, id, ...signals }) {
      const { refused, headers } = admit(authorization, 'read')
      const { domains = [] } = options
      const found = id === undefined ? listedDomains(domains) : retrievedDomain(domains, id)
      const answer = refused ?? found
      const matched = faults.take({ endpoint: 'domains', key: undefined, body: Buffer.alloc(0) })
      const replacement = matched && (await countHeld(applyFaultBefore(matched.fault, signals)))
      if (replacement) return replacement
      return { kind: 'answer', answer: { ...answer, headers: { ...headers, ...answer.headers } } }
    },
    limits: limit.headers,
  }
}
