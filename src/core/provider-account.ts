import { isMove } from './send/deployment.ts'

/** How stopped sending resumes: by itself, once a probe succeeds, or only by hand. */
export type StoppedUntil = 'probe' | 'resumed'

/** Why nothing is sent now. */
export interface SendingPause {
  /** `<code>: <message>` */
  reason: string
  /** When sending resumes or the next probe runs; null: only an operator can resume it. */
  until: Date | null
  /** False: the provider asked for a pause, which is routine. */
  stopped: boolean
}

/** The account at the provider: what it may send, and what is in flight. */
export interface ProviderAccount {
  /** Null while requests may leave. */
  pause: SendingPause | null
  /** Null while sending is not stopped. */
  stoppedAt: Date | null
  /** Requests a second as the provider last reported; null until it has. */
  learntRate: number | null
  /** Requests that the provider accepted in the last minute, and the emails in them. */
  lastMinute: { requests: number; emails: number }
  /** Deliveries whose request is in flight or will be retried. */
  open: number
  /** Of these, the ones without an answer so far. */
  unknown: number
}

export interface ProviderAccountStore {
  read(): Promise<ProviderAccount>
  /** Resumes sending by hand. Returns the reason it was stopped for, or null if it was not. */
  resume(): Promise<string | null>
}

/** What the reader of a stop can do about it. */
export function hintFor({ reason, until }: Pick<SendingPause, 'reason' | 'until'>): string {
  if (!isMove(reason)) return recoveryHint(until ? 'probe' : 'resumed')
  return (
    'a copy for tests: set DELIVER_ONLY or DELIVER_TO; if the service itself has moved, run: ' +
    'npm run tidings -- moved --yes'
  )
}

/** What the reader of a reason can do about it. */
export function recoveryHint(until: StoppedUntil): string {
  return until === 'resumed'
    ? 'find the cause, then run: npm run tidings -- resume'
    : 'fix it at the provider: Tidings checks at intervals and resumes by itself'
}

export function describePause(pause: SendingPause): string {
  if (!pause.stopped) return `waiting: ${pause.reason}`
  return `stopped: ${pause.reason} (${hintFor(pause)})`
}
