import { and, eq, gt, sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { sessions } from '../schema.ts'

/** Stores a session of the dashboard, and deletes expired ones. */
export async function openSession(db: Database, id: string, endsAt: Date): Promise<void> {
  await db.execute(sql`
    with over as (delete from ${sessions} where ends_at < now())
    insert into ${sessions} (id, ends_at) values (${id}, ${endsAt.toISOString()})`)
}

/** When an open session ends; null if it was closed, has expired or never existed. */
export async function findSession(db: Database, id: string): Promise<Date | null> {
  const [row] = await db
    .select({ endsAt: sessions.endsAt })
    .from(sessions)
    .where(and(eq(sessions.id, id), gt(sessions.endsAt, sql`now()`)))
  return row?.endsAt ?? null
}

/** Ends a session in every process, for every copy of its cookie. */
export async function closeSession(db: Database, id: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.id, id))
}
