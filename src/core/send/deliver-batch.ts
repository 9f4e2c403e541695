import { unpackBody } from '../claim/body.ts'
import { createBatchRequestBuilder, type SenderProfile } from '../claim/build-batch-request.ts'
import type { ClaimedBatch, Claims } from '../claim/claims.ts'
import type { Provider } from '../provider.ts'
import { recoveryHint } from '../provider-account.ts'
import { nextAttemptIn } from '../record/next-attempt-in.ts'
import { type Outcome, readAnswer } from '../record/read-answer.ts'
import type { Records } from '../record/records.ts'
import type { Renderer } from '../render/digest.ts'
import type { RunEnd } from '../scan/scan-run.ts'
import type { CircuitBreaker, CircuitLog } from './circuit-breaker.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** What a `deliver` job carries. */
export interface DeliverJob {
  batchId: string
  runId: string
}

export interface DeliverDeps {
  limiter: Pick<RateLimiter, 'pause' | 'learn' | 'endHalfOpen'>
  circuit: Pick<CircuitBreaker, 'trip'>
  claims: Pick<Claims, 'claim'>
  /** Called for each batch; loads the templates with the first one. */
  loadRenderer: () => Promise<Renderer>
  sender: SenderProfile
  provider: Provider
  records: Records
  runs: RunEnd
  log: DeliveryLog & Pick<CircuitLog, 'stopped'>
  /** Milliseconds after which a request counts as unanswered. Less than the lease. */
  requestTimeoutMs: number
  /** Milliseconds before the second attempt at a request that got no answer. */
  firstBackoffMs: number
  /** Cuts off a request that a stopping process cannot wait for. */
  shutdownSignal: AbortSignal
}

/** One wide line an attempt. */
export interface DeliveryLog {
  attempt(line: {
    batchId: string
    runId: string
    emailType: string
    attempt: number
    emails: number
    outcome: string
    error?: string
    ms: number
  }): void
}

/**
 * The two halves of a delivery; between them a batch waits for its slot.
 *
 * Both may be called any number of times, anywhere, concurrently: the claim decides who sends. A crash
 * before the claim commits changes nothing; after it, the same request goes again under the same key.
 */
export interface Delivery {
  /** Claims and renders a batch. Null if there is nothing to send. */
  prepare(job: DeliverJob): Promise<ClaimedBatch | null>
  /** Sends the request and records its outcome. */
  send(batch: ClaimedBatch, options: { halfOpenTrial?: boolean }): Promise<void>
}

export function createDelivery(deps: DeliverDeps): Delivery {
  const { limiter, circuit, claims, provider, records, runs, log } = deps
  const buildBatchRequest = createBatchRequestBuilder()

  /** Before the outcome is recorded: work that this releases must find sending paused. */
  async function pauseSending(outcome: Outcome): Promise<void> {
    const isStop = outcome.kind === 'stop'
    if (isStop || (outcome.kind === 'wait' && outcome.quota)) {
      const probeInMs = isStop ? undefined : outcome.seconds * 1000
      if (!(await circuit.trip(outcome.error, 'probe', probeInMs))) return
      log.stopped({ reason: outcome.error, advice: recoveryHint('probe') })
    } else if (outcome.kind === 'wait') await limiter.pause(outcome.seconds, outcome.error)
  }

  return {
    async prepare({ batchId, runId }) {
      // Not within the claim: its locks would be held while templates load.
      const renderer = await deps.loadRenderer()
      const batch = await claims.claim(batchId, (emailType, people) =>
        buildBatchRequest(renderer, deps.sender, emailType, people),
      )
      if (!batch) await runs.finishIfDone(runId)
      return batch
    },
    async send(batch, { halfOpenTrial }) {
      const { id, runId, emailType, attempt, size } = batch
      const timeout = AbortSignal.timeout(deps.requestTimeoutMs)
      const signal = AbortSignal.any([timeout, deps.shutdownSignal])
      const started = performance.now()
      const answer = await provider.send(id, unpackBody(batch.body), signal)
      const outcome = readAnswer(answer, size)
      await pauseSending(outcome)
      await records.record(batch, outcome, nextAttemptIn(outcome, attempt, deps.firstBackoffMs))
      if (halfOpenTrial && outcome.kind === 'settled') await limiter.endHalfOpen()

      const ms = Math.round(performance.now() - started)
      const error = 'error' in outcome && { error: outcome.error }
      log.attempt({
        ...{ batchId: id, runId, emailType, attempt, emails: size },
        ...{ outcome: outcome.kind, ...error, ms },
      })
      if (answer.limits?.requestsPerSecond) await limiter.learn(answer.limits.requestsPerSecond)
      await runs.finishIfDone(runId)
    },
  }
}
