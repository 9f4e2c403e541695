import { sql } from 'drizzle-orm'
import { buildHostIndexes } from '../migrate/build-host-indexes.ts'
import { type LockOptions, withMigrationLock } from '../migrate/migration-lock.ts'
import {
  baselineOf,
  readMigrations,
  runMigrations,
  withoutHostIndexes,
} from '../migrate/migrations.ts'
import type { OnStep } from '../migrate/step.ts'
import { importHistory } from './import-history.ts'
import { type HostReport, inspectHost } from './inspect-host.ts'

export interface AdoptOptions extends LockOptions {
  onStep?: OnStep
  /** People a transaction, while history is taken over. */
  pageSize?: number
}

export interface Adoption {
  /** What was found before anything was done. */
  report: HostReport
  /** Whether the database is adopted now, or was before. */
  adopted: boolean
  /** What was done; all zero when there was nothing to do. */
  done: { indexes: number; migrations: number; people: number }
}

/**
 * Adopts a database that has the host's tables already. No column, row or constraint of the host's is
 * changed; indexes are added. The baseline migration is marked as applied last of all: until then the
 * service refuses to start, and `adopt` goes on where it was broken off. A host that cannot work is
 * left as it is.
 */
export async function adoptDatabaseTables(
  url: string,
  options: AdoptOptions = {},
): Promise<Adoption> {
  const { hostSchema = 'public', onStep = () => {}, pageSize } = options
  return withMigrationLock(url, options, async db => {
    const report = await inspectHost(db, hostSchema)
    const done = { indexes: 0, migrations: 0, people: 0 }
    const { state, lacksRights } = report
    if (state === 'empty' || state === 'impossible' || lacksRights.length > 0) {
      return { report, adopted: false, done }
    }
    const migrations = readMigrations()
    const baseline = baselineOf(migrations)
    done.indexes = await buildHostIndexes(db, url, hostSchema, onStep)
    await runMigrations(db, migrations.slice(1).map(withoutHostIndexes))
    done.migrations = report.migrations.apply.length
    if (state !== 'adopted') {
      const total = report.tables.find(({ name }) => name === 'users')?.rows ?? 0
      for await (const people of importHistory(db, pageSize)) {
        done.people = people
        onStep({ what: 'people whose history is taken over', done: people, total })
      }
      await db.execute(sql`
        insert into tidings.__drizzle_migrations (hash, created_at)
        values (${baseline.hash}, ${baseline.folderMillis})`)
    }
    return { report, adopted: true, done }
  })
}
