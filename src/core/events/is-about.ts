import { comparableAddress } from '../email-address.ts'
import type { DeliveryEvent } from './delivery-event.ts'

export interface TaggedDelivery {
  providerId: string | null
  /** Empty if it was erased. */
  address: string
  /** Where DELIVER_TO had it go instead. */
  sentTo?: string | null
}

/**
 * Whether an event with a delivery's tag is about that delivery. Another sender on the account can copy the
 * tag to another email, so an event whose email id is different or not yet known must name the recipient.
 */
export function isAbout(
  { providerId, recipients }: Pick<DeliveryEvent, 'providerId' | 'recipients'>,
  delivery: TaggedDelivery,
): boolean {
  if (providerId === delivery.providerId) return true
  const { address, sentTo } = delivery
  const recipient = comparableAddress(sentTo ?? address)
  return address !== '' && recipients.map(comparableAddress).includes(recipient)
}
