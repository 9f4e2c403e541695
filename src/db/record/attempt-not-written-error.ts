import { TidingsError } from '../../core/errors/tidings-error.ts'

/** The host's database took the rows of attempts without an error, and did not store them. */
export class AttemptNotWrittenError extends TidingsError {
  override readonly isRetryable = false

  constructor() {
    super(
      'a trigger or rule on notification_emails_sent discards the row, and Tidings sends no email without one',
    )
  }
}
