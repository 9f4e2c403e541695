import { accept, type Parcel } from './accept.ts'
import { type Answer, invalidKey, keyInFlight, tooMany } from './answers.ts'
import {
  applyFaultAfter,
  applyFaultBefore,
  type ResponseTimeouts,
  type SimulatedResponse,
} from './apply-fault.ts'
import { refuseKey } from './authorization.ts'
import { createEmailStore } from './email-store.ts'
import { createFaultQueue, type Fault, type Faultable } from './faults.ts'
import { createRateLimit } from './rate-limit.ts'
import type { StoredEmail } from './stored-email.ts'

export interface MailboxOptions {
  /**
   * NDJSON file that accepted requests are appended to, and that is read back, so a restart keeps
   * the mail and the idempotency keys. Several processes may share it. Without it: memory only.
   */
  journal?: string
  /** requests a second, 10 unless told; Infinity: no limit, no 429, no `ratelimit-*` headers */
  rateLimit?: number
  /** newest emails kept for the pages, 5000 unless told */
  keep?: number
  /** clock, ms since the epoch; for tests */
  now?: () => number
}

/** A request to send, and what to wait for should it be held. */
export interface SendRequest extends Parcel, ResponseTimeouts {
  authorization: string | undefined
  /** How long ago it arrived, in milliseconds: reading a body takes its time. */
  waitedMs?: number
}

/** What was counted since this mailbox was created; `accepted` since its journal was. */
export interface MailboxStats {
  /** emails accepted */
  accepted: number
  /** requests to send, whatever became of them */
  requests: number
  /** of these, answered 429 */
  refused: number
  /** answered from a key's first answer */
  replayed: number
  /** being held now by `hang`, `hang-after` or `latency` */
  held: number
  /** faults that are not used up */
  faults: number
}

/** The state and the rules of the local mailbox, which stands in for Resend. */
export interface Mailbox {
  /** Emails accepted ever. */
  readonly count: number
  /** Requests to send so far, whatever became of them. */
  readonly requests: number
  /** How many of them were answered 429. */
  readonly refused: number
  stats(): MailboxStats
  /** The newest emails, newest first. */
  emails(): StoredEmail[]
  find(id: string): StoredEmail | undefined
  setFault(fault: Fault | null): void
  /** Replaces all faults that were set. */
  setFaults(faults: Fault[]): void
  /**
   * Called once for each request this mailbox accepts, with its emails, before it is answered. Not
   * for replays, nor for what others append to the journal. The listener must not throw.
   * @returns takes the listener off again
   */
  onAccepted(listener: (emails: StoredEmail[]) => void): () => void
  /** Counts a request to send, and says whether its connection is to be refused outright. */
  arrive(request: Faultable): boolean
  send(request: SendRequest): Promise<SimulatedResponse>
  /** @returns the refusal of a call that only reads, if there is one, and headers for its answer */
  read(authorization: string | undefined): { refused?: Answer; headers: Record<string, string> }
  /** The list of domains, which is empty; only a fault that names `domains` keeps it back. */
  domains(
    request: ResponseTimeouts & { authorization: string | undefined },
  ): Promise<SimulatedResponse>
  /** `ratelimit-*`, for an answer that was made before the rules were asked. */
  limits(): Record<string, string>
}

const noDomains = { object: 'list', has_more: false, data: [] }

export function createMailbox(options: MailboxOptions = {}): Mailbox {
  const now = options.now ?? Date.now
  const ledger = createEmailStore(options.journal, options.keep ?? 5000)
  const limit = createRateLimit(options.rateLimit ?? 10, now)
  const faults = createFaultQueue()
  const listeners = new Set<(emails: StoredEmail[]) => void>()
  const inFlight = new Set<string>()
  const counted = { requests: 0, refused: 0, replayed: 0, held: 0 }

  function admit(authorization: string | undefined, wants: 'send' | 'read', waitedMs = 0) {
    const refused = refuseKey(authorization, wants)
    if (refused !== undefined) return { refused, headers: limit.headers() }
    const { admitted, headers } = limit.admit(now() - waitedMs)
    return admitted ? { headers } : { refused: tooMany('rate_limit_exceeded'), headers }
  }

  async function held<T>(wait: Promise<T>): Promise<T> {
    counted.held += 1
    return wait.finally(() => {
      counted.held -= 1
    })
  }

  /** A fault is used up by a request it happened to, not by one that was refused before it. */
  async function handle(request: SendRequest, release: () => void): Promise<SimulatedResponse> {
    const { endpoint, key, body } = request
    const taken = faults.take({ endpoint, key, body })
    const instead = taken && (await held(applyFaultBefore(taken.fault, request)))
    if (instead !== undefined) return instead
    const { answer, accepted, replayed } = accept(request, ledger, now())
    // From here on the key has its answer, however long this request goes on.
    release()
    if (replayed) counted.replayed += 1
    if (accepted.length > 0) for (const listener of listeners) listener(accepted)
    if (taken === undefined || taken.fault.kind === 'latency') return { kind: 'answer', answer }
    if (answer.status === 200) return held(applyFaultAfter(taken.fault, answer, request))
    taken.giveBack()
    return { kind: 'answer', answer }
  }

  async function guardKey(request: SendRequest): Promise<SimulatedResponse> {
    const { endpoint, key } = request
    if (key === undefined) return handle(request, () => undefined)
    if (key.length < 1 || key.length > 256) return { kind: 'answer', answer: invalidKey() }
    const place = `${endpoint} ${key}`
    if (inFlight.has(place)) return { kind: 'answer', answer: keyInFlight() }
    inFlight.add(place)
    // Once: by the time a hanging request ends, the place may be another's.
    let release = () => void inFlight.delete(place)
    const releaseOnce = () => {
      release()
      release = () => undefined
    }
    return handle(request, releaseOnce).finally(releaseOnce)
  }

  return {
    get count() {
      return ledger.count
    },
    get requests() {
      return counted.requests
    },
    get refused() {
      return counted.refused
    },
    stats: () => ({ accepted: ledger.count, ...counted, faults: faults.left }),
    emails: ledger.emails,
    find: ledger.find,
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
    async domains({ authorization, ...patience }) {
      const { refused, headers } = admit(authorization, 'read')
      const answer = refused ?? { status: 200, headers: {}, body: noDomains }
      const taken = faults.take({ endpoint: 'domains', key: undefined, body: Buffer.alloc(0) })
      const instead = taken && (await held(applyFaultBefore(taken.fault, patience)))
      if (instead) return instead
      return { kind: 'answer', answer: { ...answer, headers: { ...headers, ...answer.headers } } }
    },
    limits: limit.headers,
  }
}
