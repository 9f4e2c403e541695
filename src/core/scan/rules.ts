/** The figures of the rules, in days. */
export interface Rules {
  /** A notification older than this is not announced as new. */
  newMaxAgeDays: number
  /** An unread notification older than this is worth a reminder. */
  outstandingAfterDays: number
  /** No reminder this soon after any accepted email. */
  reminderCooldownDays: number
}

/** `due`, or the reason why not. */
export type Verdict =
  | 'due'
  // of the person
  | 'unknown_user'
  | 'opted_out'
  | 'invalid_address'
  | 'suppressed'
  | 'in_flight'
  // of new_notifications
  | 'nothing_new'
  // of outstanding_reminder
  | 'new_notifications_due'
  | 'nothing_outstanding'
  | 'cooldown'

/** What the rules say of one person. Never `due` for both. */
export interface Verdicts {
  userId: string
  newNotifications: Verdict
  outstandingReminder: Verdict
}
