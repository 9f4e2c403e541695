import { sql } from 'drizzle-orm'
import type { DirectoryUser } from '../../core/recipients/user-directory.ts'
import type { Database } from '../client/connect.ts'
import { emailAddress, hostText } from '../rules/host-text.ts'
import { users } from '../schema.ts'
import { toUser, type UserRow, userColumns } from './find-user.ts'

/** How many users an answer names, at most. */
const LIMIT = 20

/**
 * The users with this address, whatever its case, or exactly this user name, in id order. A host may
 * give one address to several users. Reads every user unless the host has an index on `lower(email)`.
 */
export async function matchUsers(db: Database, text: string): Promise<DirectoryUser[]> {
  const rows = await db.execute<UserRow>(sql`
    select ${userColumns} from ${users} u
    where lower(${emailAddress}) = lower(${text}) or ${hostText(sql`u.username`)} = ${text}
    order by u.userid limit ${LIMIT}`)
  return rows.map(toUser)
}
