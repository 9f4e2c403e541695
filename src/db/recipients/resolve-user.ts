import { sql } from 'drizzle-orm'
import { isUuid } from '../../core/uuid.ts'
import type { Database } from '../client/connect.ts'
import { users } from '../schema.ts'

/**
 * Resolves an id, an exact address or an exact user name, in this order, to a user id. An id is not
 * checked, since deleted users leave traces. Null if no user has the address or name.
 */
export async function resolveUser(db: Database, query: string): Promise<string | null> {
  if (isUuid(query)) return query.toLowerCase()
  const [row] = await db.execute<{ userid: string }>(sql`
    select userid from ${users} where email = ${query} or username = ${query}
    order by email = ${query} desc limit 1`)
  return row?.userid ?? null
}
