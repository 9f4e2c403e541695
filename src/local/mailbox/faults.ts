import type { LimitName } from './answers.ts'
import type { Endpoint } from './stored-email.ts'

/** Selects the requests that a fault applies to; all given conditions must match. */
export interface FaultMatch {
  /** The endpoint; a fault applies to `domains` only if it is given here. */
  endpoint?: Endpoint | 'domains'
  /** A substring of the idempotency key. */
  key?: string
  /** A substring of the body, such as an address; not for `refuse`, which reads no body. */
  body?: string
}

type FaultKind =
  /** Resets the connection before the body is read. */
  | { kind: 'refuse' }
  /** Accepts nothing and resets the connection. */
  | { kind: 'reset-before' }
  /** Accepts, then resets the connection without an answer. */
  | { kind: 'reset-after' }
  | { kind: '500-before' }
  | { kind: '500-after' }
  /** Accepts nothing and never answers. */
  | { kind: 'hang' }
  /** Accepts and never answers. */
  | { kind: 'hang-after' }
  /** Accepts; answers 200 with invalid JSON. */
  | { kind: 'broken-json' }
  /** Accepts; the answer ends before its content-length. */
  | { kind: 'truncated' }
  /** Accepts; answers with fewer ids than emails: `missing` fewer, 1 by default. */
  | { kind: 'lying-count'; missing?: number }
  /** Accepts nothing; `retryAfter` is in seconds. */
  | { kind: '429'; name?: LimitName; retryAfter?: number }
  /** Accepts nothing. */
  | { kind: 'status'; status: number; name: string; message?: string }
  /** Waits, then handles the request as usual, even if the client has disconnected. */
  | { kind: 'latency'; ms: number }

/** A fault to inject. `times` is the number of requests it applies to, 1 by default. */
export type Fault = FaultKind & { times?: number; match?: FaultMatch }

/** The parts of a request that a fault can match. */
export interface Faultable {
  endpoint: Endpoint | 'domains'
  key: string | undefined
  /** Undefined until it has been read. */
  body?: Buffer
}

/** A fault that applies to a request. */
export interface MatchedFault {
  fault: Fault
  /** Returns the fault to the queue if the request was refused before the fault could occur. */
  giveBack(): void
}

export interface FaultQueue {
  set(faults: Fault[]): void
  /** Takes the first matching fault, unless it is a `refuse`. A request gets at most one. */
  take(request: Required<Faultable>): MatchedFault | undefined
  /** Whether the first matching fault is a `refuse`, which is then used up. */
  takeRefusal(request: Faultable): boolean
  /** The number of faults that are not used up. */
  readonly left: number
}

interface Entry {
  fault: Fault
  left: number
}

function matches({ match = {} }: Fault, request: Faultable): boolean {
  return (
    (match.endpoint === request.endpoint ||
      (match.endpoint === undefined && request.endpoint !== 'domains')) &&
    (match.key === undefined || (request.key ?? '').includes(match.key)) &&
    (match.body === undefined || (request.body?.includes(match.body) ?? false))
  )
}

export function createFaultQueue(): FaultQueue {
  let entries: Entry[] = []
  const next = (request: Faultable) =>
    entries.find(entry => entry.left > 0 && matches(entry.fault, request))

  return {
    set(faults) {
      entries = faults.map(fault => ({ fault, left: fault.times ?? 1 }))
    },
    take(request) {
      const entry = next(request)
      if (entry === undefined || entry.fault.kind === 'refuse') return undefined
      entry.left -= 1
      return {
        fault: entry.fault,
        giveBack() {
          entry.left += 1
        },
      }
    },
    takeRefusal(request) {
      const entry = next(request)
      if (entry?.fault.kind !== 'refuse') return false
      entry.left -= 1
      return true
    },
    get left() {
      return entries.filter(entry => entry.left > 0).length
    },
  }
}
