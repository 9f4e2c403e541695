import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'

export type Server = {
  version: string
  versionNumber: number
  /** The encoding of the database: `UTF8`. */
  encoding: string
  role: string
  /** The time zone of the role's sessions. */
  timeZone: string
  /** pg_settings.source: where that time zone is set. */
  source: string
}

/** The server's version, and the role's settings. Rejects if the server cannot be reached. */
export async function readServer(db: Database): Promise<Server> {
  const [row] = await db.execute<Server>(sql`
    select current_setting('server_version') as version,
      current_setting('server_version_num')::int as "versionNumber",
      current_setting('server_encoding') as encoding, current_user as role, setting as "timeZone", source
    from pg_settings where name = 'TimeZone'`)
  if (!row) throw new Error('the database has no setting TimeZone')
  return row
}
