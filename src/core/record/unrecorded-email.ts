import type { EmailType } from '../email-type.ts'

/** An email without a row of `notification_emails_sent`, or with one that could not be updated. */
export interface UnrecordedEmail {
  userId: string
  emailType: EmailType
  at: Date
  /** False: it was not sent. */
  isAccepted: boolean
  /** Why the host's row could not be written. */
  error: string
}
