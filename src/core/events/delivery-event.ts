import type { Progress } from './progress.ts'

/** A validated event that the provider reports about one email. */
export interface DeliveryEvent {
  /** The same for repeated deliveries of an event. */
  id: string
  type: string
  happenedAt: Date
  /** The provider's id of the email. */
  providerId: string
  /** From the email's tag. Not necessarily one of our deliveries: other senders use tags too. */
  deliveryId: string | null
  /** In lower case; empty if the event does not contain them. */
  recipients: string[]
  /** The provider's explanation of a bounce, a failure or a suppression. */
  detail: Record<string, string> | null
  /** Null if the event says nothing about it. */
  progress: Progress | null
  /** Whether the event can happen only to an accepted email. */
  provesAcceptance: boolean
  /** Why the address must be suppressed; null if it need not be. */
  suppresses: string | null
  /** Whether the recipient's server refused the email for now, such as for a full mailbox. */
  isTransientBounce: boolean
  /** Whether the recipient asked for no more emails, at any address. */
  optsOut: boolean
}

export interface DeliveryEvents {
  /**
   * Stores an event and applies its consequences in one transaction. A stored event changes nothing when it
   * is repeated. An event about an email that we did not send has no consequences.
   */
  record(event: DeliveryEvent): Promise<void>
}
