import { sql } from 'drizzle-orm'
import type { Person } from '../../core/recipients/user-directory.ts'
import type { Database } from '../client/connect.ts'
import { displayName } from '../rules/display-name.ts'
import { users } from '../schema.ts'

export interface PersonRow extends Record<string, unknown> {
  userid: string
  name: string
  username: string
  email: string
  created_at: string
}

export const personColumns = sql`u.userid, u.username, u.email,
  (u.created_at at time zone 'utc') as created_at,
  ${displayName} as name`

export async function findPerson(db: Database, userId: string): Promise<Person | null> {
  const [row] = await db.execute<PersonRow>(sql`
    select ${personColumns} from ${users} u where u.userid = ${userId}::uuid`)
  return row ? toPerson(row) : null
}

export function toPerson({ userid, name, username, email, created_at }: PersonRow): Person {
  return { userId: userid, name, username, address: email, createdAt: new Date(created_at) }
}
