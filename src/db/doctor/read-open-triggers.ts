import { getTableName, sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { notificationEmailsSent, userPrivacySettings } from '../schema.ts'

/** The host's tables that Tidings writes to, so that their triggers run in its sessions. */
const written = [notificationEmailsSent, userPrivacySettings].map(getTableName)

export interface OpenTrigger {
  table: string
  trigger: string
  /** In the form that ALTER FUNCTION takes. */
  function: string
}

/**
 * The host's triggers whose function resolves names by the search path of the session that writes;
 * ours includes no table. Leaves out functions that set their own or run no query.
 */
export async function readOpenTriggers(db: Database, hostSchema: string): Promise<OpenTrigger[]> {
  return db.execute<OpenTrigger & Record<string, unknown>>(sql`
    select c.relname as table, t.tgname as trigger, p.oid::regprocedure::text as function
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_proc p on p.oid = t.tgfoid
    join pg_language l on l.oid = p.prolang
    where n.nspname = ${hostSchema} and c.relname = any(${sql.param(written)}::text[])
      and not t.tgisinternal and t.tgenabled <> 'D' and l.lanname in ('plpgsql', 'sql')
      and p.prosrc ~* '\\m(from|into|update|join|perform|select)\\M'
      and not exists (
        select from unnest(p.proconfig) as setting(text) where setting.text like 'search_path=%')
    order by 1, 2`)
}
