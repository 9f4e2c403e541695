import { type SQL, sql } from 'drizzle-orm'
import type { FoundUsers } from '../../core/recipients/user-directory.ts'
import { isUuid } from '../../core/uuid.ts'
import type { Database } from '../client/connect.ts'
import { qualifiedName } from '../host-schema.ts'
import { hostText } from '../rules/host-text.ts'
import { users } from '../schema.ts'
import { findUser, toUser, type UserRow, userColumns } from './find-user.ts'
import { matchUsers } from './match-users.ts'

/** Up to this many users, by PostgreSQL's estimate (none for a view), every name is searched; about 40 ms. */
const FEW_USERS = 50_000
/** How many index entries are read from where the text would be. */
const MAX_ENTRIES = 500

/**
 * Searches users at a bounded cost. `like 'x%'` needs the C collation to use the host's indexes;
 * but in any collation a text sorts before texts that begin with it, so this reads a limited number
 * of entries from there on. Among few users it searches the middle of names as well.
 */
export async function searchUsers(db: Database, text: string, limit: number): Promise<FoundUsers> {
  if (isUuid(text)) {
    const user = await findUser(db, text)
    return { people: user ? [user] : [], more: false, anywhere: false }
  }
  const [size] = await db.execute<{ few: boolean }>(sql`
    select relkind <> 'v' and reltuples <= ${FEW_USERS} as few from pg_class
    where oid = ${qualifiedName(db, users)}::regclass`)
  const anywhere = size?.few ?? false
  const rows = await db.execute<UserRow>(
    anywhere ? searchAnywhere(text, limit) : searchByPrefix(text, limit),
  )
  // In the C collation another case of an address sorts elsewhere. Reading every user is rare here.
  if (rows.length === 0 && !anywhere && text.includes('@')) {
    return { people: (await matchUsers(db, text)).slice(0, limit), more: false, anywhere }
  }
  return {
    people: rows.slice(0, limit).map(toUser),
    more: rows.length > limit,
    anywhere,
  }
}

function searchAnywhere(text: string, limit: number): SQL {
  const contains = (column: string) =>
    sql`strpos(lower(${hostText(sql`u.${sql.identifier(column)}`)}), lower(${text})) > 0`
  return sql`
    select ${userColumns} from ${users} u
    where ${contains('username')} or ${contains('email')} or ${contains('public_display_name')}
    order by not starts_with(lower(${hostText(sql`u.username`)}), lower(${text})), u.username
    limit ${limit + 1}`
}

/** The bounded search; a function of its own so that its plan can be tested. */
export function searchByPrefix(text: string, limit: number): SQL {
  const lower = text.toLowerCase()
  // The C collation sorts capitals elsewhere.
  const capital = lower.charAt(0).toUpperCase() + lower.slice(1)
  const spellings = [...new Set([text, lower, capital, text.toUpperCase()])]
  const searches = ['username', 'email'].flatMap(name => {
    const column = sql`w.${sql.identifier(name)}`
    return spellings.map(
      from => sql`
        (select userid from (
          select w.userid, ${column} as found from ${users} w
          where ${column} >= ${from} order by ${column} limit ${MAX_ENTRIES}
        ) entries where starts_with(lower(${hostText(sql`found`)}), ${lower}) limit ${limit + 1})`,
    )
  })
  return sql`
    select ${userColumns} from ${users} u
    where u.userid in (${sql.join(searches, sql` union all `)})
    order by u.username
    limit ${limit + 1}`
}
