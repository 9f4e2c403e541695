import { tellHold } from '../core/send/lane.ts'
import type { Database } from '../db/connect.ts'
import { readJournal, readMigrations } from '../db/migrations.ts'
import { ping } from '../db/ping.ts'
import { readHold } from '../db/send/read-hold.ts'
import type { HealthChecks } from '../http/routes/health.ts'
import type { Queue } from '../queue/queue.ts'

/** What `/health/ready` asks of the parts. */
export function healthChecks(db: Database, queue: Queue): HealthChecks {
  // Read once: files are not read for anybody who asks whether the service is ready.
  const known = readMigrations().length
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
    lane: async () => {
      const hold = await readHold(db)
      return hold?.stopped ? { degraded: tellHold(hold) } : null
    },
  }
}
