import type { Config } from '../config/config.ts'
import { guardNames } from '../config/delivery-guards.ts'
import { errorCode } from '../core/audit/outcome.ts'
import type { Database } from '../db/client/connect.ts'
import { ping } from '../db/client/ping.ts'
import { readJournal, readMigrations } from '../db/migrate/migrations.ts'
import { readSendingPause } from '../db/send/read-provider-account.ts'
import type { HealthChecks } from '../http/api/health.ts'
import { coalesce } from '../http/coalesce.ts'
import type { Queue } from '../queue/queue.ts'
import { guardedDeployment } from './deployment.ts'

/** The checks of `/health/ready`. */
export function healthChecks(config: Config, db: Database, queue: Queue): HealthChecks {
  // Read once, so that requests for the status do not read files.
  const known = readMigrations().length
  const deployment = guardedDeployment(config)
  // A guard that was forgotten in production keeps emails from users. No address: anybody may ask.
  const guards = guardNames(config)
  // One query for the check and its alias.
  const sending = coalesce(async () => {
    const pause = await readSendingPause(db, deployment)
    if (!pause?.stopped) return null
    // This route needs no token, and the provider's message may name the account's owner.
    return { degraded: `stopped: ${errorCode(pause.reason) ?? 'unknown'}` }
  }, 0)
  return {
    database: async () => {
      await ping(db)
      return null
    },
    queue: async () => ((await queue.isReady()) ? null : 'not installed'),
    migrations: async () => {
      const missing = known - (await readJournal(db)).size
      return missing > 0 ? `${missing} not applied: run npm run tidings -- migrate` : null
    },
    sending,
    /** The former name of `sending`, kept for one release. */
    lane: sending,
    ...(config.production &&
      guards.length > 0 && {
        guards: async () => ({ degraded: `set: ${guards.join(', ')}` }),
      }),
  }
}
