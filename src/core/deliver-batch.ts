import { unpackBody } from './claim/body.ts'
import type { Claims } from './claim/claims.ts'
import { createBatchFreezer, type SenderProfile } from './claim/freeze-batch.ts'
import { nextAttemptIn } from './record/next-attempt-in.ts'
import type { Records } from './record/records.ts'
import type { Renderer } from './render/digest.ts'
import type { RunEnd } from './scan/scan-run.ts'
import type { Budget } from './send/budget.ts'
import { adviceOn, type Lane, type LaneLog } from './send/lane.ts'
import type { Provider } from './send/provider.ts'
import { type Outcome, readAnswer } from './send/read-answer.ts'

/** What a `deliver` job carries. */
export interface DeliverJob {
  batchId: string
  runId: string
}

export interface DeliverDeps {
  budget: Pick<Budget, 'pause' | 'learn' | 'endTrial'>
  lane: Pick<Lane, 'stop'>
  claims: Claims
  /** Called for each batch; loads the templates with the first one. */
  loadRenderer: () => Promise<Renderer>
  sender: SenderProfile
  provider: Provider
  records: Records
  runs: RunEnd
  log: DeliveryLog & Pick<LaneLog, 'stopped'>
  /** Milliseconds after which a request counts as unanswered. Less than the lease. */
  requestTimeoutMs: number
  /** Milliseconds before the second attempt at a request that got no answer. */
  firstBackoffMs: number
  /** Cuts off a request that a stopping process can wait for no longer. */
  lastCall: AbortSignal
}

/** A batch's turn to be sent. */
export interface Turn {
  /** See `OpenSlot`. */
  trial?: true
  /** Calls `leave` when the request may leave, to the millisecond; all else is to be done by then. */
  depart<T>(leave: () => Promise<T>): Promise<T>
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
  const { budget, lane, claims, provider, records, runs, log } = deps
  const freezeBatch = createBatchFreezer()

  /** Before the outcome is recorded: what that sets free must not leave by the same way. */
  async function holdLane(outcome: Outcome): Promise<void> {
    const isStop = outcome.kind === 'stop'
    if (isStop || (outcome.kind === 'wait' && outcome.quota)) {
      const probeInMs = isStop ? undefined : outcome.seconds * 1000
      if (!(await lane.stop(outcome.error, 'probe', probeInMs))) return
      log.stopped({ reason: outcome.error, advice: adviceOn('probe') })
    } else if (outcome.kind === 'wait') await budget.pause(outcome.seconds, outcome.error)
  }

  return async function deliverBatch(job: DeliverJob, turn: Turn): Promise<void> {
    // Not within the claim: while templates load, its locks would wait.
    const renderer = await deps.loadRenderer()
    const batch = await claims.claim(job.batchId, (emailType, people) =>
      freezeBatch(renderer, deps.sender, emailType, people),
    )
    if (!batch) {
      if (turn.trial) await budget.endTrial(false)
      return runs.finishIfDone(job.runId)
    }

    let started = 0
    const answer = await turn.depart(() => {
      started = performance.now()
      const timeout = AbortSignal.timeout(deps.requestTimeoutMs)
      return provider.send(
        batch.id,
        unpackBody(batch.body),
        AbortSignal.any([timeout, deps.lastCall]),
      )
    })
    const outcome = readAnswer(answer, batch.size)
    await holdLane(outcome)
    await records.record(batch, outcome, nextAttemptIn(outcome, batch.attempt, deps.firstBackoffMs))
    if (turn.trial && outcome.kind === 'settled') await budget.endTrial(true)

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
    await runs.finishIfDone(batch.runId)
  }
}
