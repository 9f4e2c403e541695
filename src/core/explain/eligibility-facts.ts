import type { EmailType } from '../email-type.ts'
import type { Verdict } from '../scan/rules.ts'

/** What the planner says of one person, and what it looked at: all of one snapshot. */
export interface EligibilityFacts {
  userId: string
  name: string
  address: string
  /** The database's clock. */
  at: Date
  verdicts: Record<EmailType, Verdict>
  /** Null: no row, which means enabled. */
  setting: { isOn: boolean; changedAt: Date } | null
  isAddressable: boolean
  /** Whether DELIVER_ONLY lets the address get email. */
  isAllowed: boolean
  suppressed: { reason: string; since: Date } | null
  inFlight: { emailType: EmailType; since: Date; isUnknown: boolean } | null
  unread: UnreadFacts
  /** Null: none that carries something unread. */
  carrier: Carrier | null
  /** `isRecent`: it keeps a reminder back. */
  lastAccepted: { emailType: EmailType; sentAt: Date; isRecent: boolean } | null
  /** What an email of the type would stand for, newest first. */
  notificationIds: Record<EmailType, string[]>
}

/**
 * Unread, undeleted notifications. Each counts in one of `fresh`, `carried`, `baseline`, `elsewhere`,
 * `tooOld`.
 */
export interface UnreadFacts {
  total: number
  newest: Date | null
  oldest: Date | null
  fresh: number
  /** Claimed by a new_notifications email. */
  carried: number
  /** Counted as carried by an email from before adoption; up to `carriedUntil`. */
  baseline: number
  carriedUntil: Date | null
  /** Carried by an email that somebody else has sent since. */
  elsewhere: number
  /** Too old to be announced as new. */
  tooOld: number
  /** Old enough for a reminder. */
  outstanding: number
}

/** The newest of the new_notifications emails that carry something still unread. */
export interface Carrier {
  sentAt: Date
  state: 'accepted' | 'under_way' | 'unknown'
  /** How many such emails there are. */
  emails: number
}
