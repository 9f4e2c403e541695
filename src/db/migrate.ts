import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { connect, type Database } from './connect.ts'

const MIGRATIONS = {
  migrationsFolder: fileURLToPath(new URL('../../drizzle', import.meta.url)),
  migrationsSchema: 'tidings',
  migrationsTable: '__drizzle_migrations',
}
const HOST_TABLES = ['users', 'user_privacy_settings', 'notifications', 'notification_emails_sent']
/** Any number that nobody else in the host's database is likely to lock. */
const LOCK = 7_431_846

/** The database has the host's tables, but not from our first migration. */
export class HostTablesFound extends Error {
  constructor(tables: string[]) {
    super(
      `the database has the tables ${tables.join(', ')} already, and Tidings has not made them; ` +
        'nothing was changed. Point DATABASE_URL at an empty database.',
    )
  }
}

/** The database lacks migrations, and this start was not asked to apply them. */
export class NotMigrated extends Error {
  constructor(missing: number) {
    super(`the database lacks ${missing} migrations. Apply them: npm run tidings -- migrate`)
  }
}

/**
 * Applies the migrations that are missing, under an advisory lock, so that two at once do not
 * collide: Drizzle itself takes none. Resolves to how many it applied.
 */
export async function applyMigrations(url: string): Promise<number> {
  // A lock of the session: everything must go over one connection.
  const { db, close } = connect(url, { max: 1, limitMs: Number.POSITIVE_INFINITY })
  try {
    await db.execute(sql`select pg_advisory_lock(${LOCK})`)
    // Under a role named `tidings` the host's tables would land in the schema of that name.
    await db.execute(sql`set search_path to public`)
    const missing = await countMissing(db)
    const found = await findHostTables(db)
    if (found.length > 0 && (await countApplied(db)) === 0) throw new HostTablesFound(found)
    await migrate(db, MIGRATIONS)
    return missing
  } finally {
    await close()
  }
}

/** How many of this version's migrations the database lacks. */
export async function countMissing(db: Database): Promise<number> {
  return readMigrationFiles(MIGRATIONS).length - (await countApplied(db))
}

async function countApplied(db: Database): Promise<number> {
  const [journal] = await db.execute<{ exists: boolean }>(
    sql`select to_regclass('tidings.__drizzle_migrations') is not null as exists`,
  )
  if (!journal?.exists) return 0
  const [row] = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from tidings.__drizzle_migrations`,
  )
  return row?.count ?? 0
}

async function findHostTables(db: Database): Promise<string[]> {
  const rows = await db.execute<{ name: string }>(sql`
    select name from unnest(${sql.param(HOST_TABLES)}::text[]) as name
    where to_regclass('public.' || name) is not null`)
  return rows.map(row => row.name)
}
