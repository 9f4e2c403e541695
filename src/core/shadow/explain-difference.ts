import { type EmailType, emailTypes } from '../email-type.ts'
import { inUtc } from '../explain/times.ts'
import { reasons } from '../scan/reasons.ts'
import type { Verdict } from '../scan/rules.ts'
import type { ComparisonSide } from './comparison.ts'

/** What is now known about a user who gets an email from only one of the two. */
export interface Difference {
  side: ComparisonSide
  emailType: EmailType
  /** Whether the other side has an email of the other type for this user. */
  otherType: boolean
  /** The reason why Tidings sends this user no email at all. */
  obstacle: Verdict | null
  /** The current verdict for the type; null if the rules were not evaluated. */
  verdict: Verdict | null
  /** Whether a notification that Tidings would have sent is still unread. */
  unread: boolean
  /** When the old mailer last sent this user an email of either type. */
  lastOld: Date | null
}

/** Why only one of the two sends a user an email; null if both do. */
export function explainDifference(difference: Difference, now: Date): string | null {
  const { side, emailType, otherType, obstacle, verdict, unread, lastOld } = difference
  if (side === 'both') return null
  const other = emailTypes.find(type => type !== emailType)
  if (side === 'onlyOld') {
    if (otherType) return `Tidings would have sent ${other} instead`
    const reason = obstacle ?? verdict
    if (reason === 'due') return 'due now: the next shadow run will include this user'
    if (reason === 'nothing_new') return 'nothing is both unread and new any more'
    return reason ? `Tidings: ${reasons[reason] ?? reason}` : null
  }
  if (otherType) return `the old mailer sent ${other} instead`
  if (!unread) return 'already read'
  return lastOld
    ? `still unread; last email from the old mailer: ${inUtc(lastOld, now)}`
    : 'still unread; no email from the old mailer so far'
}
