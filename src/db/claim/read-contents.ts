import { type SQL, sql } from 'drizzle-orm'
import type { DueUser } from '../../core/claim/build-batch-request.ts'
import type { EmailType } from '../../core/email-type.ts'
import type { Rules } from '../../core/scan/rules.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { preparedSql } from '../client/prepared-sql.ts'
import { covers, isUnread } from '../rules/conditions.ts'
import { readOptionalColumn } from '../rules/optional-column.ts'
import { fromUtc } from '../rules/utc.ts'
import { notifications, recipients } from '../schema.ts'

/** An email shows the newest five notifications and counts the rest. */
const SHOWN = 5
/** No email shows more of a text than this, so a message of megabytes stays in the database. */
const LONGEST_TEXT = 2_000
/** BCP 47 recommends room for 35 characters (RFC 5646, section 4.4.1). */
const LONGEST_LOCALE = 35

type Row = {
  user_id: string
  locale: string | null
  ids: string[]
  oldest_at: string
  items: {
    id: string
    type: string
    title: string
    message: string
    metadata: string | null
    created_at: string
  }[]
}

/**
 * What the email to each of these users contains, and the locale the host has for the user. Leaves
 * out users without anything to include.
 *
 * @param localeColumn a column of `users`; if it does not exist, every locale is null
 */
export async function readContents(
  tx: Transaction | Database,
  emailType: EmailType,
  dueUsers: Pick<DueUser, 'userId' | 'address' | 'name'>[],
  rules: Rules,
  localeColumn?: string,
): Promise<DueUser[]> {
  const userIds = dueUsers.map(user => user.userId)
  const rows = await tx.execute<Row>(preparedSql`
    select p.user_id, ${localeColumn ? localeOf(localeColumn) : sql`null`} as locale,
      to_jsonb(carried.ids) as ids, to_jsonb(carried.oldest_at) as oldest_at, newest.items
    from unnest(${sql.param(userIds)}::uuid[]) as p(user_id)
    -- OFFSET 0 keeps this a lookup, here and below.
    left join lateral (
      select * from ${recipients} where user_id = p.user_id offset 0
    ) r on true
    cross join lateral (
      select array_agg(n.id order by n.created_at desc, n.id desc) as ids,
        min(n.created_at) as oldest_at
      from ${notifications} n
      where n.user_id = p.user_id and ${isUnread} and ${covers(emailType, rules)}
    ) carried
    cross join lateral (
      select jsonb_agg(to_jsonb(n) order by place) as items
      from unnest(carried.ids[:${SHOWN}::int]) with ordinality as shown(id, place)
      cross join lateral (
        select n.id, n.type::text, left(n.title, ${LONGEST_TEXT}) as title,
          left(n.message, ${LONGEST_TEXT}) as message,
          case when length(n.metadata::text) <= ${LONGEST_TEXT} then n.metadata::text end as metadata,
          n.created_at
        from ${notifications} n where n.id = shown.id
        offset 0
      ) n
    ) newest
    where carried.ids is not null`)

  const byId = new Map(dueUsers.map(user => [user.userId, user]))
  return rows.flatMap(row => {
    const user = byId.get(row.user_id)
    if (!user) return []
    const items = row.items.map(({ created_at, ...item }) => ({
      ...item,
      createdAt: fromUtc(created_at),
    }))
    return {
      ...user,
      locale: row.locale,
      notificationIds: row.ids,
      items,
      oldestAt: fromUtc(row.oldest_at),
    }
  })
}

const localeOf = (column: string): SQL => sql`(
  select left(locale, ${LONGEST_LOCALE})
  from (${readOptionalColumn(column, sql`p.user_id`)}) as optional(locale)
)`
