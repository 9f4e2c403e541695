import { sql } from 'drizzle-orm'
import { DeleteNotGrantedError } from '../../core/maintenance/delete-not-granted-error.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { quoteName } from '../client/quote-name.ts'
import { qualifiedName } from '../host-schema.ts'
import { notificationEmailsSent } from '../schema.ts'

/** Throws `DeleteNotGrantedError` if the role may not delete from `notification_emails_sent`. */
export async function requireDeleteRight(db: Database | Transaction): Promise<void> {
  const table = qualifiedName(db, notificationEmailsSent)
  const [row] = await db.execute<{ role: string; may: boolean }>(sql`
    select current_user::text as role, has_table_privilege(${table}::text, 'delete') as may`)
  if (!row?.may) {
    const role = row?.role ?? ''
    throw new DeleteNotGrantedError(role, `GRANT DELETE ON ${table} TO ${quoteName(role)};`)
  }
}
