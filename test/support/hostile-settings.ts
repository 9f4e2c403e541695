import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/client/connect.ts'

/** Settings that change how statements are read, what they see and how results are printed. */
const hostileSettings: Record<string, string> = {
  search_path: 'nowhere',
  standard_conforming_strings: 'off',
  backslash_quote: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  bytea_output: 'escape',
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kathmandu',
  extra_float_digits: '-15',
  quote_all_identifiers: 'on',
  row_security: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
}

/** Sets them for later sessions: of a role in this database, or of every role in it. */
export async function setHostileSettings(db: Database, role?: string): Promise<void> {
  const [row] = await db.execute<{ name: string }>(sql`select current_database() as name`)
  const target = role ? `role ${role} in database ${row?.name}` : `database ${row?.name}`
  for (const [name, value] of Object.entries(hostileSettings)) {
    await db.execute(sql.raw(`alter ${target} set ${name} to '${value}'`))
  }
}

/** Gives the host's texts a collation in which case makes no difference, as some hosts do. */
export async function ignoreCase(db: Database): Promise<void> {
  await db.execute(sql`create collation public.ignoring_case
    (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`)
  const columns = {
    users: ['email', 'username', 'public_display_name'],
    notifications: ['title', 'message', 'metadata'],
  }
  for (const [table, names] of Object.entries(columns)) {
    for (const name of names) {
      await db.execute(
        sql.raw(`alter table public.${table}
          alter column ${name} type text collate public.ignoring_case`),
      )
    }
  }
}
