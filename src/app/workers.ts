import type { Timing } from '../config/timing.ts'
import type { Claims } from '../core/claim/claims.ts'
import { startRescuer } from '../core/maintenance/rescuer.ts'
import type { Provider } from '../core/provider.ts'
import type { Renderer } from '../core/render/digest.ts'
import { monitorCircuit } from '../core/send/circuit-breaker.ts'
import { createDelivery } from '../core/send/deliver-batch.ts'
import { createDispatcher } from '../core/send/dispatch.ts'
import { claimBatch } from '../db/claim/claim-batch.ts'
import { handBack, renewLeases } from '../db/claim/hold-claims.ts'
import { isolate } from '../db/claim/isolate.ts'
import { requeueStalled } from '../db/maintenance/requeue-stalled.ts'
import { recordOutcome } from '../db/record/record-outcome.ts'
import { reportWorker } from '../db/runs/report-worker.ts'
import type { RunStore } from '../db/runs/run-store.ts'
import { finishRunIfDone } from '../db/scan/finish-run.ts'
import { createCircuitBreaker } from '../db/send/circuit-breaker.ts'
import { createRateLimiter } from '../db/send/rate-limiter.ts'
import type { Queue } from '../queue/queue.ts'
import { createResendProvider } from '../resend/provider.ts'
import { ACCOUNT, levelOf, logCircuit } from './circuit-log.ts'
import { enterDeployment, guardedDeployment } from './deployment.ts'
import { createMaintenance, type MaintenanceParts } from './maintenance.ts'
import type { Metrics } from './metrics/metrics.ts'
import { createScanRunner } from './scan.ts'
import { createSenderProfile } from './sender-profile.ts'
import type { ShutdownSteps } from './shutdown.ts'

export interface WorkerParts extends MaintenanceParts {
  runs: RunStore
  queue: Queue
  timing: Timing
  metrics: Metrics
  loadRenderer: () => Promise<Renderer>
}

/**
 * Wires the pipeline (scan → claim → render → send → record) and starts it. On shutdown it takes no further
 * jobs, hands back jobs that have not begun, and waits `timing.shutdownTimeout` for requests in flight.
 */
export async function startWorkers(
  parts: WorkerParts,
  shutdownSteps: ShutdownSteps,
): Promise<void> {
  const { config, db, runs, queue, logger, timing, loadRenderer } = parts
  const { jobs } = queue
  const { rules, localeColumn, deliverTo } = config
  const deployment = guardedDeployment(config)
  const circuitLog = logCircuit(logger)
  const circuit = createCircuitBreaker(db, ACCOUNT, timing, deployment)
  const provider = config.shadow ? refusingProvider : createResendProvider(parts.resend)
  const shutdown = new AbortController()
  const onFailure = (err: Error, job: object) =>
    logger[levelOf(err)]({ err, job }, 'job failed; it will be retried')

  const limiter = await createRateLimiter(db, {
    account: ACCOUNT,
    requestsPerSecond: config.rateLimit,
    headroom: config.rateHeadroom,
    deployment,
  })
  await enterDeployment(parts, circuitLog)
  const claims: Claims = {
    claim: (batchId, buildRequest) =>
      claimBatch(db, batchId, buildRequest, {
        rules,
        leaseMs: timing.lease,
        localeColumn,
        deliverTo,
      }),
    isolate: (batchId, error) => isolate(db, jobs, batchId, error, rules),
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
      claimFailed: (err, line) => {
        parts.metrics.countClaimFailure(line.result)
        logger.error({ err, ...line }, 'claim failed')
      },
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
  const stalled = { shadow: config.shadow, deployment, deliverTo, deliverOnly: rules.deliverOnly }

  const probing = new AbortController()
  let stopRescuer = async () => {}
  shutdownSteps.add('workers', async () => {
    probing.abort()
    const rescuerStopped = stopRescuer()
    // Aborts requests without an answer: their outcome is unknown, so they will be retried.
    const timeout = setTimeout(() => shutdown.abort(), timing.shutdownTimeout)
    await queue.endWork(timing.shutdownTimeout + 3_000, dispatcher.settled)
    clearTimeout(timeout)
    await rescuerStopped
  })

  await reportWorker(db)
  await requeueStalled(db, jobs, 0, stalled)
  await queue.work(
    {
      scan: createScanRunner({ config, db, jobs, timing }),
      // In shadow, planned batches stay unchanged. The rescuer enqueues them again when the shadow ends.
      deliver: config.shadow
        ? async () => {}
        : async (...work) => {
            // Before the first claims, which would all wait for it.
            await loadRenderer()
            await dispatcher.dispatch(...work)
          },
      tick: async tickId => {
        const idempotencyKey = `schedule:${tickId}`
        const run = await runs.start({ type: 'all', trigger: 'schedule', idempotencyKey })
        logger.info({ runId: run.id }, 'the schedule started a run')
      },
      startDelayed: async (type, jobId) => {
        // With SCHEDULE=off no run starts by itself.
        if (config.schedule === null) return
        const run = await runs.start({ type, trigger: 'schedule', idempotencyKey: `held:${jobId}` })
        logger.info({ runId: run.id }, 'a hold has ended, which started a run')
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
      await reportWorker(db)
      const opened = !config.shadow && (await checkCircuit())
      const requeued = await requeueStalled(db, jobs, opened ? 0 : timing.stalledAfter, stalled)
      await queue.planTick()
      return requeued
    },
    every: timing.rescueEvery,
    onFound: count => logger.info({ count }, 'requeued stalled work'),
    onError: err =>
      logger[levelOf(err)]({ err }, 'search for stalled work failed; it will be retried'),
  })
}

/** Replaces the provider in shadow, where no request should get this far. */
const refusingProvider: Provider = { send: refuse, probe: refuse }

async function refuse(): Promise<never> {
  throw new Error('the service is in shadow (SHADOW=true) and sends nothing')
}
