import { eq } from 'drizzle-orm'
import type { DeliveryEvent } from '../../core/events/delivery-event.ts'
import type { Transaction } from '../connect.ts'
import { deliveries } from '../schema.ts'

export type ToldDelivery = NonNullable<Awaited<ReturnType<typeof findDelivery>>>

/**
 * The delivery that an event is about, if it is ours. By its tag first: an event may come before the
 * answer that tells the email's id.
 */
export async function findDelivery(
  tx: Transaction,
  { deliveryId, providerId }: Pick<DeliveryEvent, 'deliveryId' | 'providerId'>,
) {
  const { id, batchId, runId, userId, state, address } = deliveries
  const which = [...(deliveryId ? [eq(id, deliveryId)] : []), eq(deliveries.providerId, providerId)]
  for (const condition of which) {
    const [found] = await tx
      .select({ id, batchId, runId, userId, state, address })
      .from(deliveries)
      .where(condition)
      .limit(1)
    if (found) return found
  }
  return undefined
}
