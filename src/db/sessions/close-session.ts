import { eq } from 'drizzle-orm'
import type { Database } from '../client/connect.ts'
import { sessions } from '../schema.ts'

/** Ends a session in every process, whoever has a copy of its cookie. */
export async function closeSession(db: Database, id: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.id, id))
}
