import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Timing } from '../config/timing.ts'
import { makeDeliverBatch } from '../core/deliver-batch.ts'
import { keepHouse, type Pruning } from '../core/housekeeping.ts'
import { lookUpUnknown } from '../core/record/look-up.ts'
import { scanRun } from '../core/scan/scan-run.ts'
import type { Lane, LaneLog } from '../core/send/lane.ts'
import type { Provider } from '../core/send/provider.ts'
import { claimBatch } from '../db/claim/claim-batch.ts'
import type { Database } from '../db/connect.ts'
import type { Kept } from '../db/housekeeping/kept.ts'
import { pruneAttempts } from '../db/housekeeping/prune-attempts.ts'
import { pruneBodies } from '../db/housekeeping/prune-bodies.ts'
import { pruneClaims } from '../db/housekeeping/prune-claims.ts'
import { pruneDeliveries } from '../db/housekeeping/prune-deliveries.ts'
import { pruneEvents } from '../db/housekeeping/prune-events.ts'
import { pruneRuns } from '../db/housekeeping/prune-runs.ts'
import { pruneShadowEmails } from '../db/housekeeping/prune-shadow-emails.ts'
import { recordOutcome } from '../db/record/record-outcome.ts'
import { acceptUnknown, listUnknown } from '../db/record/unknown-deliveries.ts'
import { beginScan } from '../db/scan/begin-scan.ts'
import { finishRunIfDone } from '../db/scan/finish-run.ts'
import { requeueStalled } from '../db/scan/requeue-stalled.ts'
import { scanPage } from '../db/scan/scan-page.ts'
import { createBudget } from '../db/send/budget.ts'
import { openRuns } from '../db/trigger/open-runs.ts'
import { loadRenderer } from '../emails/load-renderer.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Queue } from '../queue/queue.ts'
import type { ResendOptions } from '../resend/provider.ts'
import { createSentMail } from '../resend/sent-mail.ts'
import { LANE, levelOf } from './lane-log.ts'
import { makeLetterhead } from './letterhead.ts'

export interface WorkerParts {
  config: Config
  db: Database
  queue: Queue
  logger: Logger
  timing: Timing
  metrics: Metrics
  resend: ResendOptions
  provider: Provider
  lane: Lane
  laneLog: LaneLog
  lastCall: AbortSignal
}

/** Wires the way of an email: scan → claim → render → send → record. */
export async function startWorkers(parts: WorkerParts): Promise<void> {
  const { config, db, queue, logger, timing } = parts
  const { jobs } = queue
  const { rules, localeColumn } = config
  const runEnd = { finishIfDone: (runId: string) => finishRunIfDone(db, jobs, runId) }
  const pages = {
    begin: (runId: string) => beginScan(db, runId),
    nextPage: (runId: string) => scanPage(db, runId, { rules, jobs, pageSize: timing.pageSize }),
  }
  const budget = await createBudget(db, {
    lane: LANE,
    requestsPerSecond: config.rateLimit,
    headroom: config.rateHeadroom,
  })
  const deliverBatch = makeDeliverBatch({
    budget,
    lane: parts.lane,
    claims: {
      claim: (batchId, freeze) =>
        claimBatch(db, batchId, freeze, { rules, leaseMs: timing.lease, localeColumn }),
    },
    renderer: await loadRenderer(),
    letterhead: makeLetterhead(config),
    provider: parts.provider,
    records: {
      record: (batch, outcome, inMs) => recordOutcome(db, jobs, batch, outcome, inMs),
    },
    runs: runEnd,
    deliverLater: queue.deliverLater,
    log: {
      ...parts.laneLog,
      attempt: line => {
        parts.metrics.countAttempt(line)
        logger[line.error ? 'warn' : 'info'](line, 'attempt')
      },
    },
    requestTimeoutMs: timing.request,
    firstBackoffMs: timing.firstBackoff,
    lastCall: parts.lastCall,
  })
  const runs = openRuns(db, jobs, config)
  const started = async (tickId: string) => {
    const run = await runs.start({ type: 'all', trigger: 'schedule', idempotencyKey: tickId })
    logger.info({ runId: run.id }, 'the schedule started a run')
  }
  const lookUp = {
    sent: createSentMail(parts.resend),
    unknown: {
      list: (limit: number) => listUnknown(db, limit),
      accept: (deliveryId: string, providerId: string) => acceptUnknown(db, deliveryId, providerId),
    },
    pace: async () => {
      const slot = await budget.reserve()
      if ('pausedForMs' in slot) return false
      await delay(slot.waitMs)
      return true
    },
  }
  await requeueStalled(db, jobs, 0, config)
  await queue.work(
    {
      scan: (runId, signal) => scanRun(pages, runEnd, runId, signal),
      // In shadow what was planned before stays as it is; the sweep enqueues it again once it may go.
      deliver: config.shadow ? async () => {} : deliverBatch,
      tick: tickId => started(`schedule:${tickId}`),
      keepHouse: async signal => {
        if (!config.shadow) {
          const told = await lookUpUnknown({ ...lookUp, signal })
          if (told.asked > 0) logger.info(told, 'asked the provider for unknown outcomes')
        }
        const { retentionDays } = config
        const prunings = [
          { what: 'claims', steps: () => pruneClaims(db, rules) },
          { what: 'events', steps: () => pruneEvents(db) },
          { what: 'bodies', steps: () => pruneBodies(db) },
          { what: 'shadow emails', steps: () => pruneShadowEmails(db, rules) },
          ...(retentionDays ? retention(db, { retentionDays, rules }) : []),
        ]
        const deleted = await keepHouse(prunings, signal, (what, { message }) =>
          logger.error({ what }, `RETENTION_DAYS is set, but ${message}`),
        )
        logger.info({ deleted }, 'kept house')
      },
    },
    (err, job) => logger[levelOf(err)]({ err, job }, 'a job failed; it is tried again'),
  )
}

/** In this order: each makes the next one's rows useless. */
function retention(db: Database, kept: Kept): Pruning[] {
  return [
    { what: 'attempts', steps: () => pruneAttempts(db, kept) },
    { what: 'deliveries', steps: () => pruneDeliveries(db, kept) },
    { what: 'runs', steps: () => pruneRuns(db, kept) },
  ]
}
