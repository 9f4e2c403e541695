import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/client/connect.ts'
import { createDatabase, type TestDatabase } from './database.ts'

export interface HostOptions {
  /** SQL that runs after the contract's tables are created. */
  changes?: string
  /** The schema of the tables. */
  schema?: string
  /** The default time zone of the database's sessions. */
  zone?: string
  encoding?: string
}

/** Creates a database with only the host's tables, as before adoption. */
export async function makeHost(options: HostOptions = {}): Promise<TestDatabase> {
  const { changes = '', schema = 'public', zone, encoding = 'UTF8' } = options
  const database = await createDatabase({ template: 'template0', encoding })
  const tables = await readFile(
    new URL('../../drizzle/0000_host_tables.sql', import.meta.url),
    'utf8',
  )
  const name = new URL(database.url).pathname.slice(1)
  await database.db.transaction(async tx => {
    await tx.execute(sql.raw(`create schema if not exists "${schema}"`))
    await tx.execute(sql.raw(`set local search_path to "${schema}"`))
    await tx.execute(sql.raw(tables.replaceAll('"public".', `"${schema}".`)))
    if (changes) await tx.execute(sql.raw(changes))
    if (zone) await tx.execute(sql.raw(`alter database "${name}" set timezone to '${zone}'`))
  })
  return database
}

export interface HostUser {
  id: string
  email: string
}

/** Adds a user with plain SQL, since the tables may differ from `schema.ts`. */
export async function addHostUser(
  db: Database,
  name: string,
  {
    unread = [],
    mailed,
    schema = 'public',
  }: { unread?: string[]; mailed?: string; schema?: string } = {},
): Promise<HostUser> {
  const id = randomUUID()
  const email = `${name}@example.com`
  await db.transaction(async tx => {
    await tx.execute(sql`select set_config('search_path', quote_ident(${schema}), true),
      set_config('timezone', 'UTC', true)`)
    await tx.execute(
      sql`insert into users (userid, email, username) values (${id}, ${email}, ${name})`,
    )
    for (const age of unread) {
      await tx.execute(sql`
        insert into notifications (user_id, type, title, message, created_at)
        values (${id}, 'comment_received', 'A comment', 'That bridge!', now() - ${age}::interval)`)
    }
    if (mailed) {
      await tx.execute(sql`
        insert into notification_emails_sent (user_id, email_type, sent_at)
        values (${id}, 'new_notifications', now() - ${mailed}::interval)`)
    }
  })
  return { id, email }
}

/** Describes everything of the host: columns, constraints, triggers, enums, rights and rows. */
export async function describeHost(db: Database, schema = 'public') {
  const inSchema = sql`n.nspname = ${schema}`
  const tables = await db.execute<{ name: string }>(sql`
    select c.relname as name, c.relacl::text, c.reloptions, c.relrowsecurity, c.relreplident
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where ${inSchema} and c.relkind = 'r' order by 1`)
  const rows: Record<string, unknown> = {}
  for (const { name } of tables) {
    const [row] = await db.execute(sql`
      select count(*)::int as count, md5(string_agg(t::text, E'\n' order by t::text)) as checksum
      from ${sql.raw(`"${schema}"."${name}"`)} t`)
    rows[name] = row
  }
  return {
    tables: [...tables],
    rows,
    columns: [
      ...(await db.execute(sql`
        select c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod) as type,
          a.attnotnull, a.attidentity, a.attgenerated, a.attacl::text, a.attisdropped,
          pg_get_expr(d.adbin, d.adrelid) as default
        from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where ${inSchema} and a.attnum > 0 order by 1, 3`)),
    ],
    constraints: [
      ...(await db.execute(sql`
        select conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(k.oid) as definition
        from pg_constraint k join pg_namespace n on n.oid = k.connamespace
        where ${inSchema} order by 1, 2`)),
    ],
    triggers: [
      ...(await db.execute(sql`
        select tgrelid::regclass::text, tgname, tgenabled from pg_trigger t
        join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
        where ${inSchema} order by 1, 2`)),
    ],
    enums: [
      ...(await db.execute(sql`
        select t.typname, e.enumlabel, e.enumsortorder from pg_enum e
        join pg_type t on t.oid = e.enumtypid join pg_namespace n on n.oid = t.typnamespace
        where ${inSchema} order by 1, 3`)),
    ],
  }
}

/** The definitions of the valid indexes on the host's tables. */
export async function indexesOf(db: Database, schema = 'public'): Promise<string[]> {
  const rows = await db.execute<{ definition: string }>(sql`
    select pg_get_indexdef(i.indexrelid) as definition from pg_index i
    join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema} and i.indisvalid order by 1`)
  return rows.map(row => row.definition)
}
