import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Timing } from '../config/timing.ts'
import { makeDeliverBatch } from '../core/deliver-batch.ts'
import { makeDispatcher } from '../core/dispatch.ts'
import type { Renderer } from '../core/render/digest.ts'
import { makeKeepLane } from '../core/send/keep-lane.ts'
import { startSweep } from '../core/sweep.ts'
import { claimBatch } from '../db/claim/claim-batch.ts'
import { noteInHand } from '../db/claim/note-in-hand.ts'
import type { Database } from '../db/connect.ts'
import { recordOutcome } from '../db/record/record-outcome.ts'
import { finishRunIfDone } from '../db/scan/finish-run.ts'
import { requeueStalled } from '../db/scan/requeue-stalled.ts'
import { createBudget } from '../db/send/budget.ts'
import { watchLane } from '../db/send/watch-lane.ts'
import { openRuns } from '../db/trigger/open-runs.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Queue } from '../queue/queue.ts'
import { createResendProvider, type ResendOptions } from '../resend/provider.ts'
import type { Endings } from './endings.ts'
import { makeHousekeeping } from './housekeeping.ts'
import { LANE, levelOf, logLane } from './lane-log.ts'
import { refusingProvider } from './refusing-provider.ts'
import { makeScan } from './scan.ts'
import { makeSenderProfile } from './sender-profile.ts'

export interface WorkerParts {
  config: Config
  db: Database
  queue: Queue
  logger: Logger
  timing: Timing
  metrics: Metrics
  resend: ResendOptions
  loadRenderer: () => Promise<Renderer>
}

/**
 * Wires the way of an email, scan → claim → render → send → record, and lets it flow. At its end no
 * further job is taken, what was not begun goes back, and requests under way have `timing.grace` to end.
 */
export async function startWorkers(parts: WorkerParts, endings: Endings): Promise<void> {
  const { config, db, queue, logger, timing, loadRenderer } = parts
  const { jobs } = queue
  const { rules, localeColumn } = config
  const laneLog = logLane(logger)
  const lane = watchLane(db, LANE, timing)
  const provider = config.shadow ? refusingProvider : createResendProvider(parts.resend)
  const lastCall = new AbortController()
  const onFailure = (err: Error, job: object) =>
    logger[levelOf(err)]({ err, job }, 'a job failed; it is tried again')

  const budget = await createBudget(db, {
    lane: LANE,
    requestsPerSecond: config.rateLimit,
    headroom: config.rateHeadroom,
  })
  const deliver = makeDeliverBatch({
    budget,
    lane,
    claims: {
      claim: (batchId, freeze) =>
        claimBatch(db, batchId, freeze, { rules, leaseMs: timing.lease, localeColumn }),
    },
    loadRenderer,
    sender: makeSenderProfile(config),
    provider,
    records: {
      record: (batch, outcome, inMs) => recordOutcome(db, jobs, batch, outcome, inMs),
    },
    runs: { finishIfDone: runId => finishRunIfDone(db, jobs, runId) },
    log: {
      ...laneLog,
      attempt: line => {
        parts.metrics.countAttempt(line)
        logger[line.error ? 'warn' : 'info'](line, 'attempt')
      },
    },
    requestTimeoutMs: timing.request,
    firstBackoffMs: timing.firstBackoff,
    lastCall: lastCall.signal,
  })
  const { deliverLater } = queue
  const dispatcher = makeDispatcher({
    ...{ budget, deliver, deliverLater, onFailure },
    mostInHand: timing.concurrency,
  })
  const runs = openRuns(db, jobs, config)

  const probing = new AbortController()
  let stopSweep = async () => {}
  endings.add('workers', async () => {
    probing.abort()
    const swept = stopSweep()
    // What still waits for an answer by then is cut off: its outcome is unknown and repeated.
    const cut = setTimeout(() => lastCall.abort(), timing.grace)
    await queue.endWork(timing.grace + 3_000, dispatcher.settled)
    clearTimeout(cut)
    await swept
  })

  await requeueStalled(db, jobs, 0, config)
  await queue.work(
    {
      scan: makeScan({ config, db, jobs, timing }),
      // In shadow what was planned before stays as it is; the sweep enqueues it again once it may go.
      deliver: config.shadow
        ? async () => {}
        : async (...work) => {
            // Before a moment is taken: the templates take longer to load than a claim may need.
            await loadRenderer()
            await dispatcher.dispatch(...work)
          },
      // In shadow none of them is worked off.
      taken: async jobs => {
        if (!config.shadow) await noteInHand(db, jobs)
      },
      tick: async tickId => {
        const idempotencyKey = `schedule:${tickId}`
        const run = await runs.start({ type: 'all', trigger: 'schedule', idempotencyKey })
        logger.info({ runId: run.id }, 'the schedule started a run')
      },
      keepHouse: makeHousekeeping(parts, budget),
    },
    onFailure,
  )

  const keepLane = makeKeepLane({
    ...{ provider, lane, log: laneLog },
    probeTimeoutMs: timing.probe,
    lastCall: probing.signal,
  })
  stopSweep = startSweep({
    requeue: async () => {
      const opened = !config.shadow && (await keepLane())
      return requeueStalled(db, jobs, opened ? 0 : timing.stalledAfter, config)
    },
    every: timing.sweepEvery,
    onFound: count => logger.info({ count }, 'took up work that was left lying'),
    onError: err => logger[levelOf(err)]({ err }, 'the sweep failed; the next one tries again'),
  })
}
