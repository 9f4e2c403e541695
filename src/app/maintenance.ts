import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { reconcileUnknown } from '../core/maintenance/reconcile-unknown.ts'
import { type PruneTask, runMaintenance } from '../core/maintenance/run-maintenance.ts'
import type { RateLimiter } from '../core/send/rate-limiter.ts'
import type { Database } from '../db/client/connect.ts'
import { pruneAttempts } from '../db/maintenance/prune-attempts.ts'
import { pruneBodies } from '../db/maintenance/prune-bodies.ts'
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

/** What is done every night: outcomes that were given up are asked for, and what is of no use goes. */
export function createMaintenance(
  { config, db, logger, resend }: MaintenanceParts,
  limiter: RateLimiter,
): (stopping: AbortSignal) => Promise<void> {
  const { rules, retentionDays } = config
  const lookUp = {
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
      const told = await reconcileUnknown({ ...lookUp, signal })
      if (told.asked > 0) logger.info(told, 'asked the provider for unknown outcomes')
    }
    const prunings = [
      { what: 'claims', steps: () => pruneClaims(db, rules) },
      { what: 'events', steps: () => pruneEvents(db) },
      { what: 'bodies', steps: () => pruneBodies(db) },
      { what: 'shadow emails', steps: () => pruneShadowEmails(db, rules) },
      ...(retentionDays ? retention(db, { retentionDays, rules }) : []),
    ]
    const deleted = await runMaintenance(prunings, signal, (what, { message }) =>
      logger.error({ what }, `RETENTION_DAYS is set, but ${message}`),
    )
    logger.info({ deleted }, 'kept house')
  }
}

/** In this order: each makes the next one's rows useless. */
function retention(db: Database, kept: RetentionPolicy): PruneTask[] {
  return [
    { what: 'attempts', steps: () => pruneAttempts(db, kept) },
    { what: 'deliveries', steps: () => pruneDeliveries(db, kept) },
    { what: 'runs', steps: () => pruneRuns(db, kept) },
  ]
}
