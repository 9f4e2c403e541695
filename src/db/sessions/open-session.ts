import { sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { sessions } from '../schema.ts'

/** Writes down a session of the dashboard, and forgets those that are over. */
export async function openSession(db: Database, id: string, endsAt: Date): Promise<void> {
  await db.execute(sql`
    with over as (delete from ${sessions} where ends_at < now())
    insert into ${sessions} (id, ends_at) values (${id}, ${endsAt.toISOString()})`)
}
