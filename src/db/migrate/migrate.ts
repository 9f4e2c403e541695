import { sql } from 'drizzle-orm'
import { counted } from '../../core/counted.ts'
import { TidingsError } from '../../core/errors/tidings-error.ts'
import { defaultQueueSchema } from '../../core/queue.ts'
import type { Database } from '../client/connect.ts'
import { hostTableNames } from '../host-schema.ts'
import { buildHostIndexes } from './build-host-indexes.ts'
import { findLackingRights, RightsMissingError } from './lacking-rights.ts'
import { type LockOptions, withMigrationLock } from './migration-lock.ts'
import {
  baselineOf,
  readJournal,
  readMigrations,
  runMigrations,
  withoutHostIndexes,
} from './migrations.ts'
import { type QueueSchema, requireOwnQueue } from './queue-schema.ts'
import type { OnStep } from './step.ts'

/** The database has the host's tables, but our first migration did not create them. */
export class HostTablesExistError extends TidingsError {
  override readonly isRetryable = false

  constructor(tables: string[]) {
    super(
      `the database already has the tables ${tables.join(', ')}, which Tidings did not create; ` +
        'nothing was changed. See what Tidings would do with them: ' +
        'npm run tidings -- adopt --dry-run',
    )
  }
}

/** The first migration creates the host's tables in `public` and nowhere else. */
export class HostTablesMissingError extends TidingsError {
  override readonly isRetryable = false

  constructor(schema: string) {
    super(
      `the schema "${schema}" has none of the tables ${hostTableNames.join(', ')}; nothing was ` +
        'changed. Tidings creates them only in the schema public: check HOST_SCHEMA.',
    )
  }
}

/** `adopt` was interrupted before the history was imported. */
export class AdoptionIncompleteError extends TidingsError {
  override readonly isRetryable = false

  constructor() {
    super('the adoption of this database is incomplete. Finish it: npm run tidings -- adopt')
  }
}

/** The database lacks migrations, and this start was not asked to apply them. */
export class NotMigratedError extends TidingsError {
  override readonly isRetryable = false

  constructor(missing: number) {
    super(
      `the database lacks ${counted(missing, 'migration')}. Apply them: npm run tidings -- migrate`,
    )
  }
}

export interface MigrateOptions extends LockOptions {
  onStep?: OnStep
  /** Refuses, before any change, if this schema belongs to another program. */
  queue?: QueueSchema
}

/**
 * Applies the missing migrations under a lock, and resolves to how many it applied. If the host's
 * tables exist, it first builds the indexes on them while the application keeps working.
 */
export async function applyMigrations(url: string, options: MigrateOptions = {}): Promise<number> {
  const { hostSchema = 'public', onStep = () => {}, queue } = options
  return withMigrationLock(url, options, async db => {
    const migrations = readMigrations()
    const applied = await readJournal(db)
    await requireBaseline(db, applied, hostSchema)
    if (queue) await requireOwnQueue(db, queue)
    const missing = migrations.filter(({ folderMillis }) => !applied.has(folderMillis)).length
    if (missing > 0) {
      const schemas = ['tidings', queue?.name ?? defaultQueueSchema]
      const isEmpty = applied.size === 0
      const lacking = await findLackingRights(db, schemas, isEmpty ? 'public' : undefined)
      if (lacking.length > 0) throw new RightsMissingError(lacking)
    }
    if (applied.size === 0) {
      await runMigrations(db, migrations)
      return missing
    }
    await buildHostIndexes(db, url, hostSchema, onStep)
    if (missing > 0) await runMigrations(db, migrations.map(withoutHostIndexes))
    return missing
  })
}

/**
 * Throws unless every migration is applied. The error says what to run: `migrate` if Tidings created
 * the host's tables or none exist, otherwise `adopt`.
 */
export async function requireMigrations(db: Database, hostSchema: string): Promise<void> {
  const missing = await countMissing(db)
  if (missing <= 0) return
  await requireBaseline(db, await readJournal(db), hostSchema)
  throw new NotMigratedError(missing)
}

/** Throws if the host's tables exist but are not adopted, or if migrations cannot create them. */
async function requireBaseline(
  db: Database,
  applied: Set<number>,
  hostSchema: string,
): Promise<void> {
  if (applied.has(baselineOf(readMigrations()).folderMillis)) return
  if (applied.size > 0) throw new AdoptionIncompleteError()
  const found = await findHostTables(db, hostSchema)
  if (found.length > 0) throw new HostTablesExistError(found)
  if (hostSchema !== 'public') throw new HostTablesMissingError(hostSchema)
}

/** How many of this version's migrations the database lacks. */
export async function countMissing(db: Database): Promise<number> {
  return readMigrations().length - (await readJournal(db)).size
}

/** Which of the host's tables exist in a schema. */
async function findHostTables(db: Database, schema: string): Promise<string[]> {
  const rows = await db.execute<{ name: string }>(sql`
    select name from unnest(${sql.param(hostTableNames)}::text[]) as name
    where to_regclass(quote_ident(${schema}) || '.' || name) is not null`)
  return rows.map(row => row.name)
}
