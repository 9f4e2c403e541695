import { sql } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import { preparedSql } from '../client/prepared-sql.ts'
import { recipients, users } from '../schema.ts'

/**
 * Locks users until the transaction ends, in id order, so that two claims cannot deadlock. Locks
 * rows of `recipients`: locks on the host's rows would block the application.
 */
export async function lockUsers(tx: Transaction, userIds: string[]): Promise<void> {
  const ids = sql`${sql.param(userIds)}::uuid[]`
  await tx.execute(preparedSql`
    insert into ${recipients} (user_id)
    select userid from ${users} where userid = any(${ids}) order by userid
    on conflict do nothing`)
  await tx.execute(preparedSql`
    select from ${recipients} where user_id = any(${ids}) order by user_id for update`)
}
