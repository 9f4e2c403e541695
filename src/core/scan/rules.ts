/** The figures of the rules, in days, and the guard. */
export interface Rules {
  /** A notification older than this is not announced as new. */
  newMaxAgeDays: number
  /** An unread notification older than this is worth a reminder. */
  outstandingAfterDays: number
  /** No reminder this soon after any accepted email. */
  reminderCooldownDays: number
  /** Only these get email: addresses and `@domain`s, in lower case. Absent: every user. */
  deliverOnly?: string[] | undefined
}

/** `due`, or the reason why not. */
export type Verdict =
  | 'due'
  // of the person
  | 'unknown_user'
  | 'opted_out'
  | 'invalid_address'
  | 'not_allowed'
  | 'suppressed'
  | 'in_flight'
  // of new_notifications
  | 'nothing_new'
  // of outstanding_reminder
  | 'new_notifications_due'
  | 'nothing_outstanding'
  | 'cooldown'

/** Never `due` for both. */
interface VerdictByType {
  newNotifications: Verdict
  outstandingReminder: Verdict
}

/** What the rules say of one person. */
export interface Verdicts extends VerdictByType {
  userId: string
}

/** What the rules say of so many people. */
export interface VerdictsOfMany extends VerdictByType {
  people: number
}
