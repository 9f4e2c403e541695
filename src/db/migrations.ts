import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DrizzleQueryError, sql } from 'drizzle-orm'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import postgres from 'postgres'
import type { Database } from './connect.ts'
import { hostTableNames } from './host-schema.ts'

const folder = fileURLToPath(new URL('../../drizzle', import.meta.url))
const MIGRATIONS = {
  migrationsFolder: folder,
  migrationsSchema: 'tidings',
  migrationsTable: '__drizzle_migrations',
}

/** One of `drizzle/`, in their order. The first makes the host's tables, all others are ours. */
export interface Migration extends MigrationMeta {
  /** Its file's name without `.sql`. */
  name: string
}

export function readMigrations(): Migration[] {
  const journal = JSON.parse(readFileSync(`${folder}/meta/_journal.json`, 'utf8')) as {
    entries: { tag: string }[]
  }
  return readMigrationFiles(MIGRATIONS).map((file, at) => ({
    ...file,
    name: journal.entries[at]?.tag ?? '',
  }))
}

/** The migration that an adopted database has from its host already. */
export function baselineOf([first]: Migration[]): Migration {
  if (!first) throw new Error('there are no migrations')
  return first
}

/** When the applied migrations were made, as Drizzle knows them by. */
export async function readJournal(db: Database): Promise<Set<number>> {
  const [journal] = await db.execute<{ exists: boolean }>(
    sql`select to_regclass('tidings.__drizzle_migrations') is not null as exists`,
  )
  if (!journal?.exists) return new Set()
  const rows = await db.execute<{ at: string }>(
    sql`select created_at::text as at from tidings.__drizzle_migrations`,
  )
  return new Set(rows.map(row => Number(row.at)))
}

const HOST_INDEX = new RegExp(
  `^\\s*CREATE INDEX [^;]*? ON ("public"\\.)?"(${hostTableNames.join('|')})" `,
)

/**
 * A migration without the indexes it makes on the host's tables: within its transaction they would
 * keep the application from writing for as long as they take.
 */
export function withoutHostIndexes(migration: Migration): Migration {
  return { ...migration, sql: migration.sql.filter(statement => !HOST_INDEX.test(statement)) }
}

/** What `drizzle-orm/postgres-js/migrator` calls once it has read the files. */
type Migrator = {
  dialect: {
    migrate(migrations: MigrationMeta[], session: unknown, config: object): Promise<void>
  }
  session: unknown
}

/** PostgreSQL refused a statement of a migration, so none of those that were missing is applied. */
export class MigrationFailed extends Error {
  constructor(migration: string, statement: string, cause: postgres.PostgresError) {
    super(
      `the migration ${migration} fails, so none was applied: ${cause.message}` +
        `${cause.detail ? ` (${cause.detail})` : ''}\n  ${statement.trim()}\n` +
        'Mend what it stumbles over, or, if nobody has applied it, the migration, and begin again: ' +
        'docs/migrations.md',
      { cause },
    )
  }
}

/**
 * Applies those of `migrations` that are newer than the newest applied one, in one transaction. Rejects
 * with `MigrationFailed` where PostgreSQL refuses one.
 */
export async function runMigrations(db: Database, migrations: Migration[]): Promise<void> {
  const { dialect, session } = db as unknown as Migrator
  await dialect.migrate(migrations, session, MIGRATIONS).catch(error => {
    if (!(error instanceof DrizzleQueryError)) throw error
    const { query, cause } = error
    const failed = migrations.find(migration => migration.sql.includes(query))
    throw failed && cause instanceof postgres.PostgresError
      ? new MigrationFailed(failed.name, query, cause)
      : error
  })
}
