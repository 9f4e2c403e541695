import type { Config } from '../config/config.ts'
import { guardNames } from '../config/delivery-guards.ts'
import { errorCode } from '../core/audit/outcome.ts'
import { findWorkFaults, type WorkFault } from '../core/work-health.ts'
import type { Database } from '../db/client/connect.ts'
import { readJournal, readMigrations } from '../db/migrate/migrations.ts'
import { readWorkHealth } from '../db/runs/read-work-health.ts'
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
  const work = coalesce(async () => findWorkFaults(await readWorkHealth(db), Date.now()), 0)
  const degradedBy = async (kind: WorkFault['kind']) => {
    // The error may quote data, and this route needs no token.
    const fault = (await work()).find(of => of.kind === kind)
    return fault ? { degraded: fault.found } : null
  }
  // One query for the check and its alias.
  const sending = coalesce(async () => {
    const pause = await readSendingPause(db, deployment)
    if (!pause?.stopped) return null
    // This route needs no token, and the provider's message may name the account's owner.
    return { degraded: `stopped: ${errorCode(pause.reason) ?? 'unknown'}` }
  }, 0)
  return {
    // A read-only database serves no request that matters, so this process should get none.
    database: async () => (await work()).find(({ kind }) => kind === 'database')?.found ?? null,
    queue: async () => ((await queue.isReady()) ? null : 'not installed'),
    migrations: async () => {
      const missing = known - (await readJournal(db)).size
      return missing > 0 ? `${missing} not applied: run npm run tidings -- migrate` : null
    },
    sending,
    workers: () => degradedBy('workers'),
    claims: () => degradedBy('claims'),
    provider: () => degradedBy('provider'),
    /** The former name of `sending`, kept for one release. */
    lane: sending,
    ...(config.production &&
      guards.length > 0 && {
        guards: async () => ({ degraded: `set: ${guards.join(', ')}` }),
      }),
  }
}
