import type { DeliveryEvent } from './delivery-event.ts'

export interface TaggedDelivery {
  providerId: string | null
  /** Empty: it was erased. */
  address: string
  /** Where DELIVER_TO had it go instead. */
  sentTo?: string | null
}

/**
 * Whether an event that carries a delivery's tag is about that delivery. Anybody with the same account
 * may copy a tag to another email. So an event with another email id, or from before the answer that
 * tells the id, must name the recipient.
 */
export function isAbout(
  { providerId, recipients }: Pick<DeliveryEvent, 'providerId' | 'recipients'>,
  delivery: TaggedDelivery,
): boolean {
  if (providerId === delivery.providerId) return true
  const { address, sentTo } = delivery
  return address !== '' && recipients.includes((sentTo ?? address).toLowerCase())
}
