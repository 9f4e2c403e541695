import type { EmailType } from '../email-type.ts'

export const sides = ['both', 'onlyOld', 'onlyTidings'] as const
export type ComparisonSide = (typeof sides)[number]

/** A user who got an email from the old mailer or would have got one from Tidings. */
export interface ComparedUser {
  userId: string
  /** Null if the host has deleted the user. */
  name: string | null
  /** Emails of the type in the compared period. */
  oldEmails: number
  tidingsEmails: number
  /** Why only one of the two sends an email, as far as is known; null if both do. */
  why: string | null
}

/** What the old mailer sent and what Tidings would have sent, from `from` to `to`. */
export interface Comparison {
  from: Date
  to: Date
  /** Shadow runs in this period. */
  shadowRuns: number
  types: Record<EmailType, Record<ComparisonSide, { count: number; people: ComparedUser[] }>>
}
