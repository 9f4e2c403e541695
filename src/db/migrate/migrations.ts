import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { DrizzleQueryError, sql } from 'drizzle-orm'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import postgres from 'postgres'
import { maskAddresses } from '../../core/errors/mask-addresses.ts'
import { TidingsError } from '../../core/errors/tidings-error.ts'
import type { Database } from '../client/connect.ts'
import { hostEnumNames, hostTableNames } from '../host-schema.ts'

const folder = fileURLToPath(new URL('../../../drizzle', import.meta.url))
const MIGRATIONS = {
  migrationsFolder: folder,
  migrationsSchema: 'tidings',
  migrationsTable: '__drizzle_migrations',
}

/** A migration of `drizzle/`, in order. The first creates the host's tables, the others our own. */
export interface Migration extends MigrationMeta {
  /** Its file name without `.sql`. */
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

/** The migration that an adopted database already has from its host. */
export function baselineOf([first]: Migration[]): Migration {
  if (!first) throw new Error('there are no migrations')
  return first
}

/** The creation times by which Drizzle identifies the applied migrations. */
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
 * A migration without its indexes on the host's tables: built within its transaction, they would
 * block the application's writes.
 */
export function withoutHostIndexes(migration: Migration): Migration {
  return { ...migration, sql: migration.sql.filter(statement => !HOST_INDEX.test(statement)) }
}

const HOST_NAME = new RegExp(
  `(?<![."\\w])"(${[...hostTableNames, ...hostEnumNames].join('|')})"(?!\\.)`,
  'g',
)

/**
 * A migration that names the host's tables and types with their schema. drizzle-kit omits `public`,
 * and no search path leads there. If the host uses another schema, they exist and no migration
 * names them.
 */
function qualifyHostNames(migration: Migration): Migration {
  return { ...migration, sql: migration.sql.map(text => text.replace(HOST_NAME, '"public"."$1"')) }
}

/** What `drizzle-orm/postgres-js/migrator` calls after reading the files. */
type Migrator = {
  dialect: {
    migrate(migrations: MigrationMeta[], session: unknown, config: object): Promise<void>
  }
  session: unknown
}

/** PostgreSQL refused a statement of a migration, so none of the missing ones was applied. */
export class MigrationFailedError extends TidingsError {
  /** After a lock timeout a retry may succeed; a refused statement stays refused. */
  override readonly isRetryable: boolean

  constructor(migration: string, statement: string, cause: postgres.PostgresError) {
    super(
      `migration ${migration} failed, so none was applied: ${cause.message}` +
        `${cause.detail ? ` (${maskAddresses(cause.detail)})` : ''}\n  ${statement.trim()}\n` +
        'Fix the cause, or the migration itself if no database has it yet, and run this again: ' +
        'docs/migrations.md',
      { cause },
    )
    this.isRetryable = cause.code === LOCK_NOT_AVAILABLE
  }
}

/** While a migration waits for a table, later queries on that table wait as well. */
const LOCK_MS = 5_000
const TRIES = 12
/** PostgreSQL's code for a lock timeout. */
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Applies the `migrations` newer than the newest applied one, in one transaction. A lock wait over
 * `lockMs` rolls all of it back, lets waiting queries pass and starts over, a dozen times. Rejects
 * with `MigrationFailedError` if PostgreSQL refuses a statement.
 */
export async function runMigrations(
  db: Database,
  files: Migration[],
  { lockMs = LOCK_MS } = {},
): Promise<void> {
  const migrations = files.map(qualifyHostNames)
  const { dialect, session } = db as unknown as Migrator
  // Set for the session, since Drizzle opens the transaction. There is only one connection.
  await db.execute(sql`select set_config('lock_timeout', ${`${lockMs}ms`}, false)`)
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      await dialect.migrate(migrations, session, MIGRATIONS)
      break
    } catch (error) {
      if (!(error instanceof DrizzleQueryError)) throw error
      const { query, cause } = error
      if (!(cause instanceof postgres.PostgresError)) throw error
      if (left > 0 && cause.code === LOCK_NOT_AVAILABLE) {
        await delay(lockMs / 5)
        continue
      }
      const failed = migrations.find(migration => migration.sql.includes(query))
      throw failed ? new MigrationFailedError(failed.name, query, cause) : error
    }
  }
  // The next step builds indexes CONCURRENTLY, which waits for every snapshot to end.
  await db.execute(sql`select set_config('lock_timeout', '0', false)`)
}
