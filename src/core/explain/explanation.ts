import type { EmailType } from '../email-type.ts'
import type { UnrecordedEmail } from '../record/unrecorded-email.ts'
import type { Verdict } from '../scan/rules.ts'

/** One rule's result for one user. */
export interface RuleVerdict {
  /** Such as `setting`, `address`, `something_new`, `cooldown`. */
  rule: string
  holds: boolean
  /** The reason with its numbers: `3 unread, newest 2 h ago; all carried by the email of …`. */
  text: string
}

export interface TypeExplanation {
  due: boolean
  /** `due`, or the reason why not. */
  verdict: Verdict
  /** Every rule of the type, in the order of evaluation. */
  rules: RuleVerdict[]
  /** The notifications that an email would cover; empty unless it is due. */
  notificationIds: string[]
  /**
   * When the email becomes due if only time passes; null if it is due or if more than time is missing. For
   * a reminder, more is missing while something new must be announced first.
   */
  possibleFrom: Date | null
}

/** Why a user is or is not due for an email. */
export interface Explanation {
  userId: string
  name: string
  at: Date
  types: Record<EmailType, TypeExplanation>
  /** Emails of the last week that the audit has no row for, or one that could not be updated. */
  unrecorded: UnrecordedEmail[]
}

/** Null if there is no such user. */
export interface Explain {
  explain(userId: string): Promise<Explanation | null>
}
