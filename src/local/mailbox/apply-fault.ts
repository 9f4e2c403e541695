import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { type Answer, internalError, refusal, tooMany } from './answers.ts'
import type { Fault } from './faults.ts'

/** What the client gets: an answer, possibly damaged, or a connection reset. */
export type SimulatedResponse =
  | { kind: 'answer'; answer: Answer; damage?: 'broken-json' | 'truncated' }
  | { kind: 'reset' }

/** The signals that end a held request. */
export interface HoldSignals {
  /** Aborted when the client disconnects. */
  gone: AbortSignal
  /** Aborted when the server closes. */
  closing: AbortSignal
}

const reset: SimulatedResponse = { kind: 'reset' }

async function hang({ gone, closing }: HoldSignals): Promise<SimulatedResponse> {
  const signal = AbortSignal.any([gone, closing])
  if (!signal.aborted) await once(signal, 'abort')
  return reset
}

/** @returns the response that replaces handling the request; undefined to handle it as usual */
export async function applyFaultBefore(
  fault: Fault,
  signals: HoldSignals,
): Promise<SimulatedResponse | undefined> {
  switch (fault.kind) {
    case 'reset-before':
      return reset
    case '500-before':
      return { kind: 'answer', answer: internalError() }
    case 'hang':
      return hang(signals)
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
      // Like Resend, handle the request even if the client gives up meanwhile.
      await delay(fault.ms, undefined, { signal: signals.closing }).catch(() => undefined)
      return signals.closing.aborted ? reset : undefined
    default:
      return undefined
  }
}

/** @param answer the 200 that the client would get without the fault; its emails are accepted */
export async function applyFaultAfter(
  fault: Fault,
  answer: Answer,
  signals: HoldSignals,
): Promise<SimulatedResponse> {
  switch (fault.kind) {
    case 'reset-after':
      return reset
    case '500-after':
      return { kind: 'answer', answer: internalError() }
    case 'hang-after':
      return hang(signals)
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
