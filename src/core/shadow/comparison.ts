import type { EmailType } from '../email-type.ts'

export const sides = ['both', 'onlyOld', 'onlyTidings'] as const
export type ComparisonSide = (typeof sides)[number]

/** Somebody whom the old mailer has mailed, or Tidings would have. */
export interface ComparedUser {
  userId: string
  /** Null where the host has no such user any more. */
  name: string | null
  /** Emails of the type, in the time that is looked at. */
  oldEmails: number
  tidingsEmails: number
  /** Why only one of the two mails them, as far as can be told by now; null where both do. */
  why: string | null
}

/** What the old mailer has sent beside what Tidings would have, in `from` to `to`. */
export interface Comparison {
  from: Date
  to: Date
  /** Shadow runs in that time. */
  shadowRuns: number
  types: Record<EmailType, Record<ComparisonSide, { count: number; people: ComparedUser[] }>>
}
