import { and, eq, gt, sql } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { sessions } from '../schema.ts'

/** When a session ends that is open; null for one that was closed, is over, or never was. */
export async function findSession(db: Database, id: string): Promise<Date | null> {
  const [row] = await db
    .select({ endsAt: sessions.endsAt })
    .from(sessions)
    .where(and(eq(sessions.id, id), gt(sessions.endsAt, sql`now()`)))
  return row?.endsAt ?? null
}
