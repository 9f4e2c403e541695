import { TidingsError } from '../errors/tidings-error.ts'

/** What an erasure removed about one user, or would remove. */
export interface Erased {
  /** Deliveries whose address and subject were removed. */
  deliveries: number
  /** Delivery events whose details were removed. */
  events: number
  /** Stored requests from which the email was removed; the other emails in them stay. */
  bodies: number
  /** Error texts from which the address was removed, including those of other users in the same request. */
  errors: number
  /** Rows of `notification_emails_sent` that were deleted. */
  rows: number
  /** Suppressions that were deleted; lifted ones always are. */
  suppressions: number
}

export interface ErasureOptions {
  /** Also deletes the user's rows of `notification_emails_sent`, which prevent the host from deleting the user. */
  rows: boolean
  /** Also deletes the suppression, so that the address can receive emails again. */
  suppression: boolean
}

/** An email to the user is in flight, or will be retried in a request that must not change. */
export class EmailInFlightError extends TidingsError {
  override readonly isRetryable = true

  constructor() {
    super(
      'an email to this user is in flight and cannot be changed: try again when its outcome is known (after a day at most)',
    )
  }
}
