import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { hostTables } from '../host-schema.ts'
import { baselineOf, readJournal, readMigrations } from '../migrate/migrations.ts'
import { findMissingIndexes, type MissingIndex } from '../migrate/missing-indexes.ts'
import { requireUtf8 } from '../migrate/require-utf8.ts'
import { checkTable } from './check-table.ts'
import type { Finding } from './finding.ts'
import { type FoundTable, readHost } from './read-host.ts'

export interface HostReport {
  schema: string
  /**
   * `empty`: the host has no tables. `impossible`: a finding is. `unfinished`: an adoption was
   * begun. `adopted`: by `adopt`, or because Tidings created the tables.
   */
  state: 'empty' | 'impossible' | 'adoptable' | 'unfinished' | 'adopted'
  tables: Pick<FoundTable, 'name' | 'rows' | 'bytes'>[]
  /** All results, even those that fit. */
  findings: Finding[]
  missingIndexes: MissingIndex[]
  /** The migrations to be marked as applied, and those to be applied. */
  migrations: { mark: string[]; apply: string[] }
  /** Schemas of Tidings that do not exist yet. */
  missingSchemas: string[]
  /** What the current role would need to do but may not, one sentence each. */
  lacksRights: string[]
}

/**
 * Checks a database against the contract, as `schema.ts` defines it. Reads only the catalogue, and
 * changes nothing. Rejects with `EncodingError` if the database's encoding is not UTF8.
 */
export async function inspectHost(db: Database, schema: string): Promise<HostReport> {
  await requireUtf8(db)
  const host = await readHost(db, schema)
  const findings = hostTables.flatMap(table => checkTable(table, host, schema))
  const migrations = readMigrations()
  const baseline = baselineOf(migrations)
  const journal = await readJournal(db)
  const missing = migrations.filter(({ folderMillis }) => !journal.has(folderMillis))
  const missingSchemas = await findMissingSchemas(db)
  const missingIndexes = await findMissingIndexes(db, schema)
  const state = () => {
    if (host.tables.length === 0) return 'empty'
    if (journal.has(baseline.folderMillis)) return 'adopted'
    if (findings.some(({ fit }) => fit === 'impossible')) return 'impossible'
    return journal.size > 0 ? 'unfinished' : 'adoptable'
  }
  return {
    schema,
    state: state(),
    tables: host.tables.map(({ name, rows, bytes }) => ({ name, rows, bytes })),
    findings,
    missingIndexes,
    migrations: {
      mark: missing.filter(each => each === baseline).map(({ name }) => name),
      apply: missing.filter(each => each !== baseline).map(({ name }) => name),
    },
    missingSchemas,
    lacksRights: await findLackingRights(db, missingSchemas, missingIndexes),
  }
}

async function findMissingSchemas(db: Database): Promise<string[]> {
  const rows = await db.execute<{ name: string }>(sql`
    select name from unnest(array['tidings', 'pgboss']) as name where to_regnamespace(name) is null`)
  return rows.map(({ name }) => name)
}

async function findLackingRights(
  db: Database,
  schemas: string[],
  indexes: MissingIndex[],
): Promise<string[]> {
  const [row] = await db.execute<{ role: string; creates: boolean }>(sql`
    select current_user as role,
      has_database_privilege(current_database(), 'CREATE') as creates`)
  const role = row?.role ?? ''
  const notOwned = new Set(indexes.filter(({ mayBuild }) => !mayBuild).map(({ table }) => table))
  return [
    ...(schemas.length > 0 && !row?.creates
      ? [`the role ${role} may not create the schemas ${schemas.join(' and ')} in this database`]
      : []),
    ...[...notOwned].map(
      table =>
        `the role ${role} does not own ${table}, and only its owner may build an index on it`,
    ),
  ]
}
