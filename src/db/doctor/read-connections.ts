import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'

export interface Connections {
  /** How many more this role may open, by the tightest limit. */
  left: number
  /** That limit. */
  limit: number
  /** What sets it. */
  of: 'server' | 'database' | 'role'
}

/** Reads how many connections the server, the database and the role have left. */
export async function readConnections(db: Database): Promise<Connections> {
  const rows = await db.execute<Connections & Record<string, unknown>>(sql`
    with used as (
      select count(*) as server, count(*) filter (where datname = current_database()) as database,
        count(*) filter (where usename = current_user) as role
      from pg_stat_activity where backend_type = 'client backend'
    )
    select "limit"::int, ("limit" - used)::int as left, of from used u, lateral (values
      (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0), u.server, 'server'),
      ((select datconnlimit from pg_database where datname = current_database()), u.database, 'database'),
      ((select rolconnlimit from pg_roles where rolname = current_user), u.role, 'role')
    ) limits("limit", used, of)
    where "limit" >= 0 order by 2 limit 1`)
  const [row] = rows
  if (!row) throw new Error('the server has no connection limit')
  return row
}
