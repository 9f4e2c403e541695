import { setTimeout as delay } from 'node:timers/promises'
import type { Claims } from './claim/claims.ts'
import { freezeBatch, type Letterhead } from './claim/freeze-batch.ts'
import { nextAttemptIn } from './record/next-attempt-in.ts'
import type { Records } from './record/records.ts'
import type { Renderer } from './render/digest.ts'
import type { RunEnd } from './scan/scan-run.ts'
import type { Budget } from './send/budget.ts'
import type { Provider } from './send/provider.ts'
import { readAnswer } from './send/read-answer.ts'

/** What a `deliver` job carries. */
export interface DeliverJob {
  batchId: string
  runId: string
}

export interface DeliverDeps {
  budget: Budget
  claims: Claims
  renderer: Renderer
  letterhead: Letterhead
  provider: Provider
  records: Records
  runs: RunEnd
  /** Puts a batch's job off; the job is only a hint, so losing it costs time, not mail. */
  deliverLater: (job: DeliverJob, inMs: number) => Promise<void>
  log: DeliveryLog
  /** Milliseconds after which a request counts as unanswered. Less than the lease. */
  requestTimeoutMs: number
  /** Milliseconds before the second attempt at a request that got no answer. */
  firstBackoffMs: number
  /** Cuts off a request that a stopping process can wait for no longer. */
  lastCall: AbortSignal
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
 * Takes one batch through claim, render, send and record.
 *
 * It may be called any number of times, anywhere, at once: the claim decides who sends. A crash
 * before the claim commits changes nothing; after it, the same request goes again under the same key.
 */
export function makeDeliverBatch(deps: DeliverDeps) {
  const { budget, claims, provider, records, runs, log } = deps

  return async function deliverBatch(job: DeliverJob, stopping: AbortSignal): Promise<void> {
    // Before the claim, so that nothing claimed waits and the rules are evaluated last of all.
    const slot = await budget.reserve()
    if ('pausedForMs' in slot) return deps.deliverLater(job, slot.pausedForMs)
    await delay(slot.waitMs, undefined, { signal: stopping })

    const batch = await claims.claim(job.batchId, (emailType, people) =>
      freezeBatch(deps.renderer, deps.letterhead, emailType, people),
    )
    if (!batch) return runs.finishIfDone(job.runId)

    const started = performance.now()
    const signal = AbortSignal.any([AbortSignal.timeout(deps.requestTimeoutMs), deps.lastCall])
    const answer = await provider.send(batch.id, batch.body, signal)
    const outcome = readAnswer(answer, batch.size)
    await records.record(batch, outcome, nextAttemptIn(outcome, batch.attempt, deps.firstBackoffMs))

    log.attempt({
      batchId: batch.id,
      runId: batch.runId,
      emailType: batch.emailType,
      attempt: batch.attempt,
      emails: batch.size,
      outcome: outcome.kind,
      ...('error' in outcome && { error: outcome.error }),
      ms: Math.round(performance.now() - started),
    })
    if (answer.limits?.requestsPerSecond) await budget.learn(answer.limits.requestsPerSecond)
    if (outcome.kind === 'wait') await budget.pause(outcome.seconds, outcome.error)
    if (outcome.kind === 'stop') await records.abandon(batch.runId, outcome.error)
    await runs.finishIfDone(batch.runId)
  }
}
