import { sql } from 'drizzle-orm'
import { isUuid } from '../../core/uuid.ts'
import type { Database } from '../client/connect.ts'
import { users } from '../schema.ts'

/**
 * The id of whom somebody means: an id, an exact address or an exact user name, in this order. An id is
 * taken as it is, since people who are gone have left traces. Null where nobody has the address or name.
 */
export async function resolveUser(db: Database, who: string): Promise<string | null> {
  if (isUuid(who)) return who.toLowerCase()
  const [row] = await db.execute<{ userid: string }>(sql`
    select userid from ${users} where email = ${who} or username = ${who}
    order by email = ${who} desc limit 1`)
  return row?.userid ?? null
}
