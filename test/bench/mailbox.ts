import { fileURLToPath } from 'node:url'
import type { Fault } from '../../src/local/mailbox/faults.ts'
import { type Child, startChild } from './child.ts'

const PROCESS = fileURLToPath(new URL('mailbox-process.ts', import.meta.url))

/** What came in since it was asked for last. */
export interface Traffic {
  /** When each request came that was not answered 429; milliseconds since the epoch. */
  taken: number[]
  /** When each one came that was. */
  refused: number[]
  /** When each idempotency key came for the first time. */
  firstSeen: { key: string; at: number }[]
  /** Emails accepted. */
  emails: number
}

export interface BenchMailbox extends Child {
  /** What RESEND_BASE_URL is set to. */
  baseUrl: string
  traffic(): Promise<Traffic>
  setFault(fault: Fault | null): Promise<void>
}

/** A mailbox in a process of its own; without a limit unless one is given. */
export async function startMailbox({
  requestsPerSecond,
}: {
  requestsPerSecond?: number
} = {}): Promise<BenchMailbox> {
  const child = startChild([PROCESS], {
    ...(requestsPerSecond && { REQUESTS_PER_SECOND: String(requestsPerSecond) }),
  })
  child.process.stderr?.pipe(process.stderr)
  return {
    ...child,
    baseUrl: await child.ask<string>('url'),
    traffic: () => child.ask('traffic'),
    setFault: fault => child.ask('fault', fault),
  }
}
