import { sql } from 'drizzle-orm'
import { defaultQueueSchema } from '../../core/queue.ts'
import type { Database } from '../client/connect.ts'
import { hostTables } from '../host-schema.ts'
import { findLackingRights } from '../migrate/lacking-rights.ts'
import { baselineOf, readJournal, readMigrations } from '../migrate/migrations.ts'
import { findMissingIndexes, type MissingIndex } from '../migrate/missing-indexes.ts'
import { findForeignQueue, type QueueSchema } from '../migrate/queue-schema.ts'
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
  /** Why the schema for the queue belongs to another program; null if it does not. */
  foreignQueue: string | null
}

/**
 * Checks a database against the contract, as `schema.ts` defines it. Reads only the catalogue, and
 * changes nothing. Without `queue` the queue's schema is not checked. Rejects with `EncodingError` if the
 * database's encoding is not UTF8.
 */
export async function inspectHost(
  db: Database,
  schema: string,
  queue?: QueueSchema,
): Promise<HostReport> {
  await requireUtf8(db)
  const host = await readHost(db, schema)
  const findings = hostTables.flatMap(table => checkTable(table, host, schema))
  const migrations = readMigrations()
  const baseline = baselineOf(migrations)
  const journal = await readJournal(db)
  const missing = migrations.filter(({ folderMillis }) => !journal.has(folderMillis))
  const schemas = ['tidings', queue?.name ?? defaultQueueSchema]
  const missingSchemas = await findMissingSchemas(db, schemas)
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
    lacksRights: [
      ...(missing.length + missingSchemas.length > 0 ? await findLackingRights(db, schemas) : []),
      ...(await findTablesNotOwned(db, missingIndexes)),
    ],
    foreignQueue: queue ? await findForeignQueue(db, queue) : null,
  }
}

async function findMissingSchemas(db: Database, schemas: string[]): Promise<string[]> {
  const rows = await db.execute<{ name: string }>(sql`
    select name from unnest(${sql.param(schemas)}::text[]) as name
    where to_regnamespace(quote_ident(name)) is null`)
  return rows.map(({ name }) => name)
}

async function findTablesNotOwned(db: Database, indexes: MissingIndex[]): Promise<string[]> {
  const notOwned = new Set(indexes.filter(({ mayBuild }) => !mayBuild).map(({ table }) => table))
  if (notOwned.size === 0) return []
  const [row] = await db.execute<{ role: string }>(sql`select current_user as role`)
  return [...notOwned].map(
    table =>
      `the role ${row?.role} does not own ${table}, and only its owner may build an index on it`,
  )
}
