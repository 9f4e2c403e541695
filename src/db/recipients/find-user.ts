import { sql } from 'drizzle-orm'
import type { DirectoryUser } from '../../core/recipients/user-directory.ts'
import type { Database } from '../client/connect.ts'
import { displayName } from '../rules/display-name.ts'
import { fromUtc } from '../rules/utc.ts'
import { users } from '../schema.ts'

export interface UserRow extends Record<string, unknown> {
  userid: string
  name: string
  username: string
  email: string
  created_at: string
}

export const userColumns = sql`u.userid, u.username, u.email,
  to_jsonb(u.created_at) as created_at,
  ${displayName} as name`

export async function findUser(db: Database, userId: string): Promise<DirectoryUser | null> {
  const [row] = await db.execute<UserRow>(sql`
    select ${userColumns} from ${users} u where u.userid = ${userId}::uuid`)
  return row ? toUser(row) : null
}

export function toUser({ userid, name, username, email, created_at }: UserRow): DirectoryUser {
  return { userId: userid, name, username, address: email, createdAt: fromUtc(created_at) }
}
