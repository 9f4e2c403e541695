import type { Progress } from './progress.ts'

/** What the provider tells of one email, read and checked. */
export interface DeliveryEvent {
  /** The provider repeats an event under the same one. */
  id: string
  type: string
  happenedAt: Date
  /** The provider's id of the email. */
  providerId: string
  /** The delivery that the email's tag names. It may not be ours: other senders have tags too. */
  deliveryId: string | null
  /** Whom the email went to, in lower case; none where the event does not say. */
  recipients: string[]
  /** What the provider says of a bounce, a failure or a suppression. */
  detail: Record<string, string> | null
  /** How far the email came; null where the event does not say. */
  progress: Progress | null
  /** Whether it could only have happened to an email that the provider took. */
  provesAcceptance: boolean
  /** Why the address is not to be mailed any more; null where it may be. */
  suppresses: string | null
  /** The person has asked for no more mail, whatever their address. */
  optsOut: boolean
}

export interface DeliveryEvents {
  /**
   * Keeps an event and does what follows from it, in one transaction; one that was kept before
   * changes nothing. An event about somebody else's email is kept and has no consequence.
   */
  record(event: DeliveryEvent): Promise<void>
}
