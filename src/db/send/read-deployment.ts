import { eq, sql } from 'drizzle-orm'
import type { Deployment } from '../../core/send/deployment.ts'
import type { Database } from '../client/connect.ts'
import { batches, deliveries, providerAccounts } from '../schema.ts'

/** What waits for sending to be open. */
export interface WaitingWork {
  /** Emails in stored requests, which leave as they are. */
  emails: number
  /** Users in batches that were planned and not claimed. */
  users: number
}

/** The deployment that the database sends for; null until one has started with a provider key. */
export async function readRememberedDeployment(
  db: Database,
  account: string,
): Promise<Deployment | null> {
  const [row] = await db.select().from(providerAccounts).where(eq(providerAccounts.name, account))
  if (!row?.publicUrl) return null
  return { publicUrl: row.publicUrl, keyFingerprint: row.keyFingerprint }
}

/** How much would leave if sending were open. */
export async function readWaitingWork(db: Database): Promise<WaitingWork> {
  const [row] = await db.execute<{ emails: number; users: number }>(sql`
    select (select count(*)::int from ${deliveries} where closed_at is null) as emails,
      (select coalesce(sum(cardinality(user_ids)), 0)::int from ${batches}
        where state <> 'resolved' and state = 'planned') as users`)
  return row ? { emails: row.emails, users: row.users } : { emails: 0, users: 0 }
}
