import type { EmailType } from '../email-type.ts'
import type { UnrecordedEmail } from '../record/unrecorded-email.ts'
import type { HoldReason, Verdict } from '../scan/rules.ts'

/** The verdicts on one user and the data they depend on, all from one snapshot. */
export interface EligibilityFacts {
  userId: string
  name: string
  address: string
  /** The database's clock. */
  at: Date
  verdicts: Record<EmailType, Verdict>
  /** Null if there is no row, which means enabled. */
  setting: { isOn: boolean; changedAt: Date | null } | null
  isAddressable: boolean
  /** Whether DELIVER_ONLY lets the address get email. */
  isAllowed: boolean
  suppressed: { reason: string; since: Date } | null
  /** Null unless the provider keeps refusing the address. */
  refused: { times: number; error: string } | null
  /** Null unless the address rests after transient bounces. `rests`: in a row, including this one. */
  resting: { until: Date; rests: number } | null
  /** Null unless emails are held for now. */
  hold: { reason: HoldReason; until: Date } | null
  inFlight: { emailType: EmailType; since: Date; isUnknown: boolean } | null
  unread: UnreadFacts
  /** Null if no email carries something that is still unread. */
  carrier: Carrier | null
  /** `isRecent`: within the cool-down, so it prevents a reminder. */
  lastAccepted: { emailType: EmailType; sentAt: Date | null; isRecent: boolean } | null
  unrecorded: UnrecordedEmail[]
  /** What an email of the type would cover, newest first. */
  notificationIds: Record<EmailType, string[]>
}

/**
 * Counts of unread, undeleted notifications. Each is in exactly one of `fresh`, `carried`, `baseline`,
 * `elsewhere` and `tooOld`.
 */
export interface UnreadFacts {
  total: number
  /** These are null if nothing is unread, or if no calendar can show the time. */
  newest: Date | null
  oldest: Date | null
  /** The newest of the fresh ones; null if there are none. */
  newestFresh: Date | null
  fresh: number
  /** Claimed by a new_notifications email. */
  carried: number
  /** Created up to `carriedUntil`, so counted as carried by an email from before adoption. */
  baseline: number
  carriedUntil: Date | null
  /** Carried by an email that another mailer has sent since adoption. */
  elsewhere: number
  /** Older than `newMaxAgeDays`. */
  tooOld: number
  /** Old enough for a reminder. */
  outstanding: number
}

/** The newest new_notifications email that carries something still unread. */
export interface Carrier {
  sentAt: Date | null
  state: 'accepted' | 'under_way' | 'unknown'
  /** How many such emails there are. */
  emails: number
}
