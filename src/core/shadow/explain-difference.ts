import { type EmailType, emailTypes } from '../email-type.ts'
import { inUtc } from '../explain/times.ts'
import { reasons } from '../scan/reasons.ts'
import type { Verdict } from '../scan/rules.ts'
import type { ComparisonSide } from './comparison.ts'

/** What is known by now of a person whom one of the two mails. */
export interface Difference {
  side: ComparisonSide
  emailType: EmailType
  /** Whether the other one has the email of the other type for them. */
  otherType: boolean
  /** What keeps Tidings from mailing them at all, whatever is unread. */
  obstacle: Verdict | null
  /** What the rules say of the type by now; null where nobody has asked. */
  verdict: Verdict | null
  /** Whether something that Tidings would have mailed is unread still. */
  unread: boolean
  /** The old mailer's last email to them, of either type and at any time. */
  lastOld: Date | null
}

/** Why only one of the two mails somebody; null where both do. */
export function explainDifference(of: Difference, now: Date): string | null {
  const { side, emailType, otherType } = of
  if (side === 'both') return null
  const other = emailTypes.find(type => type !== emailType)
  if (side === 'onlyOld') {
    if (otherType) return `Tidings would have sent ${other} instead`
    const reason = of.obstacle ?? of.verdict
    if (reason === 'due') return 'due by now: the next shadow run will find them'
    if (reason === 'nothing_new') return 'nothing is both unread and new by now'
    return reason ? `Tidings: ${reasons[reason] ?? reason}` : null
  }
  if (otherType) return `the old one sent ${other} instead`
  if (!of.unread) return 'read by now'
  return of.lastOld
    ? `still unread; the old one mailed them last on ${inUtc(of.lastOld, now)}`
    : 'still unread; the old one has never mailed them'
}
