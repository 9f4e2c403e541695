import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { type Answer, internalError, refusal, tooMany } from './answers.ts'
import type { Fault } from './faults.ts'

/** What the client gets to see: an answer, perhaps a damaged one, or a broken connection. */
export type SimulatedResponse =
  | { kind: 'answer'; answer: Answer; damage?: 'broken-json' | 'truncated' }
  | { kind: 'reset' }

/** What a request that is held waits for. */
export interface ResponseTimeouts {
  /** aborted when the client has gone */
  gone: AbortSignal
  /** aborted when the server closes */
  closing: AbortSignal
}

const reset: SimulatedResponse = { kind: 'reset' }

async function hang({ gone, closing }: ResponseTimeouts): Promise<SimulatedResponse> {
  const signal = AbortSignal.any([gone, closing])
  if (!signal.aborted) await once(signal, 'abort')
  return reset
}

/** @returns what happens instead of handling the request; undefined: it is handled as usual */
export async function applyFaultBefore(
  fault: Fault,
  patience: ResponseTimeouts,
): Promise<SimulatedResponse | undefined> {
  switch (fault.kind) {
    case 'reset-before':
      return reset
    case '500-before':
      return { kind: 'answer', answer: internalError() }
    case 'hang':
      return hang(patience)
    case '429':
      return {
        kind: 'answer',
        answer: tooMany(fault.name ?? 'rate_limit_exceeded', fault.retryAfter),
      }
    case 'status':
      return {
        kind: 'answer',
        answer: refusal(fault.status, fault.name, fault.message ?? fault.name),
      }
    case 'latency':
      // Its sender may give up meanwhile: like Resend, the mailbox goes on regardless.
      await delay(fault.ms, undefined, { signal: patience.closing }).catch(() => undefined)
      return patience.closing.aborted ? reset : undefined
    default:
      return undefined
  }
}

/** @param answer the 200 that the client would have got; its emails are accepted */
export async function applyFaultAfter(
  fault: Fault,
  answer: Answer,
  patience: ResponseTimeouts,
): Promise<SimulatedResponse> {
  switch (fault.kind) {
    case 'reset-after':
      return reset
    case '500-after':
      return { kind: 'answer', answer: internalError() }
    case 'hang-after':
      return hang(patience)
    case 'broken-json':
    case 'truncated':
      return { kind: 'answer', answer, damage: fault.kind }
    case 'lying-count':
      return { kind: 'answer', answer: { ...answer, body: withFewer(answer, fault.missing ?? 1) } }
    default:
      return { kind: 'answer', answer }
  }
}

function withFewer({ body }: Answer, missing: number): unknown {
  const { data } = body as { data?: unknown[] }
  return data === undefined
    ? {}
    : { ...(body as object), data: data.slice(0, Math.max(0, data.length - missing)) }
}
