import { type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import { isUnread } from '../rules/conditions.ts'
import { isWithin } from '../rules/verdicts.ts'
import { notifications } from '../schema.ts'
import type { ScanPosition } from './scanned-run.ts'

/**
 * The last user of the next page, or null if no page follows. A page has `pageSize` unread
 * notifications plus the rest of its last user's; in a run for specific users, it has `pageSize`
 * users.
 */
export async function findPageEnd(
  tx: Transaction,
  { cursor, userIds }: ScanPosition,
  pageSize: number,
): Promise<string | null> {
  if (userIds) {
    const left = usersAfter(userIds, cursor)
    return left.length > pageSize ? (left[pageSize - 1] ?? null) : null
  }
  const [last, more] = await tx.execute<{ user_id: string }>(pageEnd(cursor, pageSize))
  return last && more ? last.user_id : null
}

/** The last notification of the page and the one after it, in index order. */
export function pageEnd(after: string | null, pageSize: number): SQL {
  return sql`
    select n.user_id from ${notifications} n
    where ${isUnread} and ${isWithin({ after, through: null })}
    order by n.user_id, n.created_at, n.id offset ${pageSize - 1} limit 2`
}

/** Unique ids, in order: a request may name a user twice. */
export function usersAfter(userIds: string[], after: string | null): string[] {
  return [...new Set(userIds)].filter(id => !after || id > after).sort()
}
