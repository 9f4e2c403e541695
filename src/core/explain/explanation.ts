import type { EmailType } from '../email-type.ts'
import type { Verdict } from '../scan/rules.ts'

/** What one rule says of one person, with the figures it looked at. */
export interface RuleVerdict {
  /** Such as `setting`, `address`, `something_new`, `cooldown`. */
  rule: string
  holds: boolean
  /** A sentence with the figures: `3 unread, newest 2 h ago; all carried by the email of …`. */
  text: string
}

export interface TypeExplanation {
  due: boolean
  /** As the planner gave it: `due`, or the reason why not. */
  verdict: Verdict
  /** Every rule of the type, in the order in which the planner asks them. */
  rules: RuleVerdict[]
  /** The notifications that an email would stand for; empty unless it is due. */
  notificationIds: string[]
  /**
   * When it becomes due if nothing but time passes; null where it is due, or where more is missing than time.
   * A reminder waits for more than time while something new is to be mailed first.
   */
  possibleFrom: Date | null
}

/** Why a person is, or is not, mailed at this moment. */
export interface Explanation {
  userId: string
  name: string
  at: Date
  types: Record<EmailType, TypeExplanation>
}

/** Null where there is no such user. */
export interface Explain {
  explain(userId: string): Promise<Explanation | null>
}
