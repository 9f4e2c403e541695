import { fileURLToPath } from 'node:url'
import type { Fault } from '../../src/local/mailbox/faults.ts'
import { type Child, startChild } from './child.ts'

const PROCESS = fileURLToPath(new URL('mailbox-process.ts', import.meta.url))

/** The traffic since the last question. */
export interface Traffic {
  /** The arrival times of requests not answered with 429; milliseconds since the epoch. */
  taken: number[]
  /** The arrival times of requests answered with 429. */
  refused: number[]
  /** The first arrival of each idempotency key. */
  firstSeen: { key: string; at: number }[]
  /** The number of accepted emails. */
  emails: number
}

export interface BenchMailbox extends Child {
  /** The value of RESEND_BASE_URL. */
  baseUrl: string
  traffic(): Promise<Traffic>
  setFault(fault: Fault | null): Promise<void>
}

/** Starts a mailbox in a separate process; by default without a rate limit. */
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
