import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { reconcileUnknown } from '../core/maintenance/reconcile-unknown.ts'
import { type PruneTask, runMaintenance } from '../core/maintenance/run-maintenance.ts'
import type { RateLimiter } from '../core/send/rate-limiter.ts'
import type { Database } from '../db/client/connect.ts'
import { pruneAttempts } from '../db/maintenance/prune-attempts.ts'
import { pruneBodies } from '../db/maintenance/prune-bodies.ts'
import { pruneChanges } from '../db/maintenance/prune-changes.ts'
import { pruneClaims } from '../db/maintenance/prune-claims.ts'
import { pruneDeliveries } from '../db/maintenance/prune-deliveries.ts'
import { pruneEvents } from '../db/maintenance/prune-events.ts'
import { pruneRuns } from '../db/maintenance/prune-runs.ts'
import { pruneShadowEmails } from '../db/maintenance/prune-shadow-emails.ts'
import type { RetentionPolicy } from '../db/maintenance/retention-policy.ts'
import { acceptUnknown, listUnknown } from '../db/maintenance/unknown-deliveries.ts'
import type { ResendOptions } from '../resend/provider.ts'
import { createSentEmailSearch } from '../resend/sent-mail.ts'

export interface MaintenanceParts {
  config: Config
  db: Database
  logger: Logger
  resend: ResendOptions
}

/** Creates the nightly maintenance: reconciles unknown outcomes and deletes old rows. */
export function createMaintenance(
  { config, db, logger, resend }: MaintenanceParts,
  limiter: RateLimiter,
): (stopping: AbortSignal) => Promise<void> {
  const { rules, retentionDays } = config
  const reconciliation = {
    sent: createSentEmailSearch(resend),
    unknown: {
      list: (limit: number) => listUnknown(db, limit),
      accept: (deliveryId: string, providerId: string) => acceptUnknown(db, deliveryId, providerId),
    },
    pace: async () => {
      const slot = await limiter.reserve()
      if (slot.kind === 'paused') return false
      await delay(Math.max(0, slot.waitMs))
      return true
    },
  }
  return async signal => {
    if (!config.shadow) {
      const result = await reconcileUnknown({ ...reconciliation, signal })
      if (result.asked > 0) logger.info(result, 'reconciled unknown outcomes with the provider')
    }
    const tasks = [
      { what: 'claims', steps: () => pruneClaims(db, rules) },
      { what: 'events', steps: () => pruneEvents(db) },
      { what: 'bodies', steps: () => pruneBodies(db) },
      { what: 'shadow emails', steps: () => pruneShadowEmails(db, rules) },
      { what: 'changes', steps: () => pruneChanges(db, retentionDays) },
      ...(retentionDays ? retention(db, { retentionDays, rules }) : []),
    ]
    const deleted = await runMaintenance(tasks, signal, (what, { message }) =>
      logger.error({ what }, `RETENTION_DAYS is set, but ${message}`),
    )
    logger.info({ deleted }, 'finished maintenance')
  }
}

/** The order matters: each task makes rows of the next one obsolete. */
function retention(db: Database, policy: RetentionPolicy): PruneTask[] {
  return [
    { what: 'attempts', steps: () => pruneAttempts(db, policy) },
    { what: 'deliveries', steps: () => pruneDeliveries(db, policy) },
    { what: 'runs', steps: () => pruneRuns(db, policy) },
  ]
}
