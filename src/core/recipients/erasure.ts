import { TidingsError } from '../errors/tidings-error.ts'

/** What is stored of one person beyond counts; what an erasure removed, or would. */
export interface Erased {
  /** Deliveries that lost address and subject. */
  deliveries: number
  /** Delivery events that lost what the provider said of them. */
  events: number
  /** Kept requests from which the email was taken out; the other emails in them stay. */
  bodies: number
  /** Error texts, also of others in the same request, from which the address was taken out. */
  errors: number
  /** Rows of `notification_emails_sent` that were deleted. */
  rows: number
  /** Suppressions that were deleted. */
  suppressions: number
}

export interface ErasureOptions {
  /** Also deletes the person's rows of `notification_emails_sent`: these keep a host from deleting a user. */
  rows: boolean
  /** Also deletes the suppression: the address may be mailed again, should anybody have it. */
  suppression: boolean
}

/** An email of theirs is under way, or goes again in a request that may not change. */
export class EmailInFlightError extends TidingsError {
  override readonly isRetryable = true

  constructor() {
    super(
      'an email to this person is under way, and what is under way cannot change: try again when its outcome is known (a day at the most)',
    )
  }
}
