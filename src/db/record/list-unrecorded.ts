import { type SQL, sql } from 'drizzle-orm'
import type { UnrecordedEmail } from '../../core/record/unrecorded-email.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { batches, deliveries, runs } from '../schema.ts'

/** How far back to look. Batches that failed are found by their runs, so it costs an index no write. */
const DAYS = 7

/**
 * Emails of the last week without a row of `notification_emails_sent`, or with one that could not be
 * updated; newest first.
 */
export async function listUnrecorded(
  db: Database | Transaction,
  { userId, limit }: { userId?: string; limit: number },
): Promise<UnrecordedEmail[]> {
  const ofUser: SQL = userId ? sql`and user_id = ${userId}::uuid` : sql``
  return db
    .select({
      userId: deliveries.userId,
      emailType: deliveries.emailType,
      at: deliveries.claimedAt,
      isAccepted: sql<boolean>`${deliveries.state} = 'accepted'`,
      error: sql<string>`${deliveries.error}`,
    })
    .from(deliveries)
    .where(
      sql`${deliveries.error} is not null and ${deliveries.batchId} in (
        select b.id from ${runs} r join ${batches} b on b.run_id = r.id
        where r.created_at > now() - make_interval(days => ${DAYS}) and b.error is not null)
        ${ofUser}`,
    )
    .orderBy(sql`${deliveries.claimedAt} desc`)
    .limit(limit)
}
