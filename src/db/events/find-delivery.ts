import { eq, type SQL } from 'drizzle-orm'
import type { DeliveryEvent } from '../../core/events/delivery-event.ts'
import { isAbout } from '../../core/events/is-about.ts'
import type { Transaction } from '../client/connect.ts'
import { deliveries } from '../schema.ts'

export type ReportedDelivery = NonNullable<Awaited<ReturnType<typeof findDelivery>>>

/**
 * The delivery that an event is about, if Tidings sent it. Searches by tag first: an event may
 * arrive before the answer with the provider's id of the email.
 */
export async function findDelivery(
  tx: Transaction,
  event: Pick<DeliveryEvent, 'deliveryId' | 'providerId' | 'recipients'>,
) {
  const tagged = event.deliveryId ? await findDeliveryById(tx, event.deliveryId) : undefined
  if (tagged && isAbout(event, tagged)) return tagged
  return findOne(tx, eq(deliveries.providerId, event.providerId))
}

export function findDeliveryById(tx: Transaction, deliveryId: string) {
  return findOne(tx, eq(deliveries.id, deliveryId))
}

async function findOne(tx: Transaction, condition: SQL) {
  const { id, batchId, runId, userId, state, address, sentTo, providerId } = deliveries
  const [found] = await tx
    .select({ id, batchId, runId, userId, state, address, sentTo, providerId })
    .from(deliveries)
    .where(condition)
    .limit(1)
  return found
}
