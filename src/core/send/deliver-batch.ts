import { unpackBody } from '../claim/body.ts'
import { createBatchRequestBuilder, type SenderProfile } from '../claim/build-batch-request.ts'
import type { ClaimedBatch, Claims, Isolation } from '../claim/claims.ts'
import type { Provider } from '../provider.ts'
import { recoveryHint } from '../provider-account.ts'
import { nextAttemptIn } from '../record/next-attempt-in.ts'
import { type Outcome, readAnswer } from '../record/read-answer.ts'
import type { Renderer } from '../render/digest.ts'
import type { RunEnd } from '../scan/scan-run.ts'
import type { CircuitBreaker, CircuitLog } from './circuit-breaker.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** The data of a `deliver` job. */
export interface DeliverJob {
  batchId: string
  runId: string
}

export interface DeliverDeps {
  limiter: Pick<RateLimiter, 'pause' | 'learn' | 'endHalfOpen'>
  circuit: Pick<CircuitBreaker, 'trip'>
  claims: Pick<Claims, 'claim' | 'isolate'>
  /** Called for each batch; loads the templates on the first call. */
  loadRenderer: () => Promise<Renderer>
  sender: SenderProfile
  provider: Provider
  records: Records
  runs: RunEnd
  log: DeliveryLog & Pick<CircuitLog, 'stopped'>
  /** Milliseconds after which a request counts as unanswered. Must be less than the lease. */
  requestTimeoutMs: number
  /** Milliseconds before the second attempt at a request that got no answer. */
  firstBackoffMs: number
  /** Aborts running requests when the process stops. */
  shutdownSignal: AbortSignal
}

export interface Records {
  /**
   * Records an outcome in one transaction: the host's rows, deliveries, claims (released on a definite
   * refusal) and the job of the next attempt. Idempotent. After `stop`, the users get a new batch in the
   * same run, unless the provider may have accepted an earlier attempt.
   *
   * @param nextAttemptInMs ignored if the outcome is final
   */
  record(batch: ClaimedBatch, outcome: Outcome, nextAttemptInMs: number): Promise<void>
}

/** Logs one line per attempt, and one per claim that failed. */
export interface DeliveryLog {
  claimFailed(error: unknown, line: DeliverJob & { result: Isolation }): void
  attempt(line: {
    batchId: string
    runId: string
    emailType: string
    attempt: number
    emails: number
    outcome: string
    /** How many emails were accepted; absent unless the outcome of each is known. */
    accepted?: number
    error?: string
    ms: number
  }): void
}

/**
 * The two halves of a delivery; in between, a batch waits for its slot. Both can be called concurrently from
 * any process, because the claim decides which one sends. A crash before the claim commits changes nothing;
 * after it, the same request is sent again under the same key.
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

  /** Called before the outcome is recorded, so that work released by the record finds sending paused. */
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
      // Outside the claim, whose locks would otherwise be held while templates load.
      const renderer = await deps.loadRenderer()
      const batch = await claims
        .claim(batchId, (emailType, users) =>
          buildBatchRequest(renderer, deps.sender, emailType, users),
        )
        .catch(async error => {
          const result = await claims.isolate(batchId, error)
          log.claimFailed(error, { batchId, runId, result })
          return null
        })
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
      const accepted = outcome.kind === 'settled' && {
        accepted: outcome.items.filter(item => item.kind === 'accepted').length,
      }
      log.attempt({
        ...{ batchId: id, runId, emailType, attempt, emails: size },
        ...{ outcome: outcome.kind, ...accepted, ...error, ms },
      })
      if (answer.limits?.requestsPerSecond) await limiter.learn(answer.limits.requestsPerSecond)
      await runs.finishIfDone(runId)
    },
  }
}
