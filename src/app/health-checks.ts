import { errorCode } from '../core/audit/outcome.ts'
import type { Database } from '../db/client/connect.ts'
import { ping } from '../db/client/ping.ts'
import { readJournal, readMigrations } from '../db/migrate/migrations.ts'
import { readSendingPause } from '../db/send/read-provider-account.ts'
import type { HealthChecks } from '../http/api/health.ts'
import type { Queue } from '../queue/queue.ts'

/** The checks of `/health/ready`. */
export function healthChecks(db: Database, queue: Queue): HealthChecks {
  // Read once, so that requests for the status do not read files.
  const known = readMigrations().length
  const sending = async () => {
    const pause = await readSendingPause(db)
    if (!pause?.stopped) return null
    // This route needs no token, and the provider's message may name the account's owner.
    return { degraded: `stopped: ${errorCode(pause.reason) ?? 'unknown'}` }
  }
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
  }
}
