import { sql } from 'drizzle-orm'
import type { UnknownDelivery } from '../../core/maintenance/reconcile-unknown.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction, preferIndexScans } from '../client/in-transaction.ts'
import { acceptByEvent } from '../events/accept-by-event.ts'
import { findDeliveryById } from '../events/find-delivery.ts'
import { deliveries } from '../schema.ts'

/** Deliveries given up as unknown in the last 25 hours, so a nightly search includes each once. */
export async function listUnknown(db: Database, limit: number): Promise<UnknownDelivery[]> {
  return db
    .select({
      id: deliveries.id,
      address: sql<string>`coalesce(${deliveries.sentTo}, ${deliveries.address})`,
      claimedAt: deliveries.claimedAt,
    })
    .from(deliveries)
    .where(sql`state = 'unknown' and closed_at > now() - interval '25 hours'`)
    .orderBy(deliveries.claimedAt)
    .limit(limit)
}

/** Accepts a delivery whose email was found at the provider, unless an event did so first. */
export async function acceptUnknown(
  db: Database,
  deliveryId: string,
  providerId: string,
): Promise<void> {
  const accept = async (tx: Transaction) => {
    const delivery = await findDeliveryById(tx, deliveryId)
    if (delivery?.state === 'unknown') await acceptByEvent(tx, delivery, providerId)
  }
  await inTransaction(db, accept, undefined, preferIndexScans)
}
