import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'

export type Server = {
  version: string
  versionNumber: number
  role: string
  /** What a session of the role has. */
  timeZone: string
  /** pg_settings.source: who says so. */
  source: string
}

/** What the server is, and what it makes of our role. Rejects where it cannot be reached. */
export async function readServer(db: Database): Promise<Server> {
  const [row] = await db.execute<Server>(sql`
    select current_setting('server_version') as version,
      current_setting('server_version_num')::int as "versionNumber",
      current_user as role, setting as "timeZone", source
    from pg_settings where name = 'TimeZone'`)
  if (!row) throw new Error('the database has no setting TimeZone')
  return row
}
