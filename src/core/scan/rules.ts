/** The rules' limits, in days, and the guard. */
export interface Rules {
  /** A notification older than this is not announced as new. */
  newMaxAgeDays: number
  /** A notification that has been unread for longer causes a reminder. */
  outstandingAfterDays: number
  /** No reminder is sent this soon after any accepted email. */
  reminderCooldownDays: number
  /** Only these get email: addresses and `@domain`s, in lower case. Absent: every user. */
  deliverOnly?: string[] | undefined
}

/** Why a user gets no email for now, until a time that is known. */
export const holdReasons = ['paused'] as const
export type HoldReason = (typeof holdReasons)[number]

export function isHeld(verdict: Verdict): boolean {
  return (holdReasons as readonly Verdict[]).includes(verdict)
}

/** `due`, or the reason why not. */
export type Verdict =
  | 'due'
  // for both types
  | 'unknown_user'
  | 'unreadable'
  | 'opted_out'
  | 'invalid_address'
  | 'not_allowed'
  | 'suppressed'
  | 'refused_address'
  | 'resting'
  | 'in_flight'
  | HoldReason
  // only for new_notifications
  | 'nothing_new'
  // only for outstanding_reminder
  | 'new_notifications_due'
  | 'nothing_outstanding'
  | 'cooldown'

/** Never `due` for both. */
interface VerdictByType {
  newNotifications: Verdict
  outstandingReminder: Verdict
}

/** The verdicts on one user. */
export interface Verdicts extends VerdictByType {
  userId: string
}

/** How many users share these verdicts. */
export interface VerdictsOfMany extends VerdictByType {
  people: number
  /** When the first of their holds ends, whatever else keeps emails from them; absent without one. */
  heldUntil?: Date | undefined
}
