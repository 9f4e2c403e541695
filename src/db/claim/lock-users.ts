import { sql } from 'drizzle-orm'
import type { Transaction } from '../client/connect.ts'
import { preparedSql } from '../client/prepared-sql.ts'
import { recipients, users } from '../schema.ts'

/**
 * Locks people until the transaction ends, in the order of their ids so that two claims cannot wait
 * for each other. The lock is on our own row: one on the host's would hold up the application.
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
