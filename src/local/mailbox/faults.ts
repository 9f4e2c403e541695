import type { LimitName } from './answers.ts'
import type { Endpoint } from './stored-email.ts'

/** Which requests a fault is for; all that is given must fit. */
export interface FaultMatch {
  /** `domains`, the call that only reads, goes wrong only where it is named */
  endpoint?: Endpoint | 'domains'
  /** a part of the idempotency key */
  key?: string
  /** a part of the body as it was sent: an address, say; not for `refuse`, which reads none */
  body?: string
}

type FaultKind =
  /** the socket is destroyed before the body is read */
  | { kind: 'refuse' }
  /** accepts nothing; the connection is reset */
  | { kind: 'reset-before' }
  /** accepts, then resets the connection without an answer */
  | { kind: 'reset-after' }
  | { kind: '500-before' }
  | { kind: '500-after' }
  /** accepts nothing and never answers */
  | { kind: 'hang' }
  /** accepts, and never answers */
  | { kind: 'hang-after' }
  /** accepts; 200 with a body that is no JSON */
  | { kind: 'broken-json' }
  /** accepts; the body ends before its content-length */
  | { kind: 'truncated' }
  /** accepts; answers with fewer ids than there were emails, one fewer unless told */
  | { kind: 'lying-count'; missing?: number }
  /** accepts nothing; `retryAfter` in seconds */
  | { kind: '429'; name?: LimitName; retryAfter?: number }
  /** accepts nothing */
  | { kind: 'status'; status: number; name: string; message?: string }
  /** waits, then handles the request as usual, also when its sender has gone meanwhile */
  | { kind: 'latency'; ms: number }

/** Something that goes wrong on purpose. `times`: how many requests it takes, 1 unless told. */
export type Fault = FaultKind & { times?: number; match?: FaultMatch }

/** What a fault sees of a request. */
export interface Faultable {
  endpoint: Endpoint | 'domains'
  key: string | undefined
  /** undefined as long as it has not been read */
  body?: Buffer
}

/** A fault that a request has been given. */
export interface MatchedFault {
  fault: Fault
  /** Puts it back for the next request, when this one was refused before it could go wrong. */
  giveBack(): void
}

export interface FaultQueue {
  set(faults: Fault[]): void
  /** The first fault in the list that fits, but no `refuse`. A request is given one at most. */
  take(request: Required<Faultable>): MatchedFault | undefined
  /** Whether the first fault that fits the request is a `refuse`; then it is used up. */
  takeRefusal(request: Faultable): boolean
  /** How many faults have times left. */
  readonly left: number
}

interface Entry {
  fault: Fault
  left: number
}

function fits({ match = {} }: Fault, request: Faultable): boolean {
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
    entries.find(entry => entry.left > 0 && fits(entry.fault, request))

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
