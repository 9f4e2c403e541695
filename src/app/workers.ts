import type { Timing } from '../config/timing.ts'
import type { Claims } from '../core/claim/claims.ts'
import { startRescuer } from '../core/maintenance/rescuer.ts'
import type { Renderer } from '../core/render/digest.ts'
import { monitorCircuit } from '../core/send/circuit-breaker.ts'
import { createDelivery } from '../core/send/deliver-batch.ts'
import { createDispatcher } from '../core/send/dispatch.ts'
import { claimBatch } from '../db/claim/claim-batch.ts'
import { handBack, renewLeases } from '../db/claim/hold-claims.ts'
import { requeueStalled } from '../db/maintenance/requeue-stalled.ts'
import { recordOutcome } from '../db/record/record-outcome.ts'
import { createRunStore } from '../db/runs/run-store.ts'
import { finishRunIfDone } from '../db/scan/finish-run.ts'
import { createCircuitBreaker } from '../db/send/circuit-breaker.ts'
import { createRateLimiter } from '../db/send/rate-limiter.ts'
import type { Queue } from '../queue/queue.ts'
import { createResendProvider } from '../resend/provider.ts'
import { ACCOUNT, levelOf, logCircuit } from './circuit-log.ts'
import { createMaintenance, type MaintenanceParts } from './maintenance.ts'
import type { Metrics } from './metrics/metrics.ts'
import { refusingProvider } from './refusing-provider.ts'
import { createScanRunner } from './scan.ts'
import { createSenderProfile } from './sender-profile.ts'
import type { ShutdownSteps } from './shutdown.ts'

export interface WorkerParts extends MaintenanceParts {
  queue: Queue
  timing: Timing
  metrics: Metrics
  loadRenderer: () => Promise<Renderer>
}

/**
 * Wires the pipeline, scan → claim → render → send → record, and starts it. At its end no further job is
 * taken, what has not begun goes back, and requests in flight have `timing.shutdownTimeout` to end.
 */
export async function startWorkers(
  parts: WorkerParts,
  shutdownSteps: ShutdownSteps,
): Promise<void> {
  const { config, db, queue, logger, timing, loadRenderer } = parts
  const { jobs } = queue
  const { rules, localeColumn } = config
  const circuitLog = logCircuit(logger)
  const circuit = createCircuitBreaker(db, ACCOUNT, timing)
  const provider = config.shadow ? refusingProvider : createResendProvider(parts.resend)
  const shutdown = new AbortController()
  const onFailure = (err: Error, job: object) =>
    logger[levelOf(err)]({ err, job }, 'a job failed; it is tried again')

  const limiter = await createRateLimiter(db, {
    account: ACCOUNT,
    requestsPerSecond: config.rateLimit,
    headroom: config.rateHeadroom,
  })
  const claims: Claims = {
    claim: (batchId, freeze) =>
      claimBatch(db, batchId, freeze, { rules, leaseMs: timing.lease, localeColumn }),
    renewLeases: batches => renewLeases(db, batches, timing.lease),
    handBack: batches => handBack(db, jobs, batches),
  }
  const delivery = createDelivery({
    ...{ limiter, circuit, claims },
    loadRenderer,
    sender: createSenderProfile(config),
    provider,
    records: {
      record: (batch, outcome, inMs) => recordOutcome(db, jobs, batch, outcome, inMs),
    },
    runs: { finishIfDone: runId => finishRunIfDone(db, jobs, runId) },
    log: {
      ...circuitLog,
      attempt: line => {
        parts.metrics.countAttempt(line)
        logger[line.error ? 'warn' : 'info'](line, 'attempt')
      },
    },
    requestTimeoutMs: timing.request,
    firstBackoffMs: timing.firstBackoff,
    shutdownSignal: shutdown.signal,
  })
  const { deliverLater } = queue
  const dispatcher = createDispatcher({
    ...{ limiter, delivery, claims, deliverLater, onFailure },
    maxInFlight: timing.concurrency,
    maxHoldMs: timing.lease - timing.request,
  })
  const runs = createRunStore(db, jobs, config)

  const probing = new AbortController()
  let stopRescuer = async () => {}
  shutdownSteps.add('workers', async () => {
    probing.abort()
    const swept = stopRescuer()
    // What still waits for an answer by then is cut off: its outcome is unknown and repeated.
    const cut = setTimeout(() => shutdown.abort(), timing.shutdownTimeout)
    await queue.endWork(timing.shutdownTimeout + 3_000, dispatcher.settled)
    clearTimeout(cut)
    await swept
  })

  await requeueStalled(db, jobs, 0, config)
  await queue.work(
    {
      scan: createScanRunner({ config, db, jobs, timing }),
      // In shadow what was planned before stays as it is; the sweep enqueues it again once it may go.
      deliver: config.shadow
        ? async () => {}
        : async (...work) => {
            // Once, before the first claims: they would all wait for it.
            await loadRenderer()
            await dispatcher.dispatch(...work)
          },
      tick: async tickId => {
        const idempotencyKey = `schedule:${tickId}`
        const run = await runs.start({ type: 'all', trigger: 'schedule', idempotencyKey })
        logger.info({ runId: run.id }, 'the schedule started a run')
      },
      runMaintenance: createMaintenance(parts, limiter),
    },
    onFailure,
  )

  const checkCircuit = monitorCircuit({
    ...{ provider, circuit, log: circuitLog },
    probeTimeoutMs: timing.probe,
    shutdownSignal: probing.signal,
  })
  stopRescuer = startRescuer({
    requeue: async () => {
      await queue.planTick()
      const opened = !config.shadow && (await checkCircuit())
      return requeueStalled(db, jobs, opened ? 0 : timing.stalledAfter, config)
    },
    every: timing.rescueEvery,
    onFound: count => logger.info({ count }, 'took up work that was left lying'),
    onError: err => logger[levelOf(err)]({ err }, 'the sweep failed; the next one tries again'),
  })
}
