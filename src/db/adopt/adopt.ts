import { sql } from 'drizzle-orm'
import { buildHostIndexes } from '../migrate/build-host-indexes.ts'
import { type LockOptions, withMigrationLock } from '../migrate/migration-lock.ts'
import {
  baselineOf,
  readMigrations,
  runMigrations,
  withoutHostIndexes,
} from '../migrate/migrations.ts'
import type { QueueSchema } from '../migrate/queue-schema.ts'
import type { OnStep } from '../migrate/step.ts'
import { countHistory, importHistory } from './import-history.ts'
import { type HostReport, inspectHost } from './inspect-host.ts'

export interface AdoptOptions extends LockOptions {
  onStep?: OnStep
  /** Users per transaction while the history is imported. */
  pageSize?: number
  /** Refuses, before any change, if this schema belongs to another program. */
  queue?: QueueSchema
}

export interface Adoption {
  /** What was found before any change. */
  report: HostReport
  /** Whether the database is adopted, now or since an earlier run. */
  adopted: boolean
  /** What was done; all zero if there was nothing to do. */
  done: { indexes: number; migrations: number; people: number }
}

/**
 * Adopts a database that already has the host's tables: adds indexes, changes nothing else of the
 * host's. Marks the baseline migration as applied last; until then the service refuses to start,
 * and `adopt` continues where it was interrupted. Leaves an incompatible host unchanged.
 */
export async function adoptDatabaseTables(
  url: string,
  options: AdoptOptions = {},
): Promise<Adoption> {
  const { hostSchema = 'public', onStep = () => {}, pageSize, queue } = options
  return withMigrationLock(url, options, async db => {
    const report = await inspectHost(db, hostSchema, queue)
    const done = { indexes: 0, migrations: 0, people: 0 }
    const { state, lacksRights, foreignQueue } = report
    const isRefused = state === 'empty' || state === 'impossible' || foreignQueue !== null
    if (isRefused || lacksRights.length > 0) {
      return { report, adopted: false, done }
    }
    const migrations = readMigrations()
    const baseline = baselineOf(migrations)
    done.indexes = await buildHostIndexes(db, url, hostSchema, onStep)
    done.migrations = report.migrations.apply.length
    if (done.migrations > 0) {
      await runMigrations(db, migrations.slice(1).map(withoutHostIndexes))
    }
    if (state !== 'adopted') {
      const total = await countHistory(db)
      for await (const count of importHistory(db, pageSize)) {
        done.people = count
        onStep({ what: 'users whose history is imported', done: count, total })
      }
      await db.execute(sql`
        insert into tidings.__drizzle_migrations (hash, created_at)
        values (${baseline.hash}, ${baseline.folderMillis})`)
    }
    return { report, adopted: true, done }
  })
}
