import type { EmailType } from '../email-type.ts'
import type { Rules } from '../scan/rules.ts'
import type { EligibilityFacts } from './eligibility-facts.ts'
import type { Explanation, RuleVerdict, TypeExplanation } from './explanation.ts'
import { somethingNew } from './new-notifications-rule.ts'
import { reminderRules } from './reminder-rule.ts'
import { addDays } from './times.ts'
import { isWait, userRules } from './user-rules.ts'

/**
 * Describes a user's verdicts in sentences. The verdicts come from the same rules as a run's; each names
 * the first rule that does not hold.
 */
export function explainFacts(facts: EligibilityFacts, rules: Rules): Explanation {
  const user = userRules(facts, rules)
  const reminder = reminderRules(facts, rules)
  // The order of evaluation: the rules about the user come last, and only for users who would otherwise get
  // an email. Users with something new would get one, so for them the reminder's rules come last.
  const reminderOrder = facts.unread.fresh > 0 ? [...user, ...reminder] : [...reminder, ...user]
  const explainType = (emailType: EmailType, rules: RuleVerdict[]): TypeExplanation => {
    const verdict = facts.verdicts[emailType]
    const due = verdict === 'due'
    const notificationIds = due ? facts.notificationIds[emailType] : []
    return { due, verdict, rules, notificationIds, possibleFrom: null }
  }
  return {
    userId: facts.userId,
    name: facts.name,
    at: facts.at,
    unrecorded: facts.unrecorded,
    types: {
      new_notifications: {
        ...explainType('new_notifications', [somethingNew(facts, rules), ...user]),
        possibleFrom: newFrom(facts, user, rules),
      },
      outstanding_reminder: {
        ...explainType('outstanding_reminder', reminderOrder),
        possibleFrom: reminderFrom(facts, user, rules),
      },
    },
  }
}

/** When a new_notifications email becomes due by time alone: the wait ends before it is too old to be new. */
function newFrom(facts: EligibilityFacts, user: RuleVerdict[], rules: Rules): Date | null {
  const { newestFresh } = facts.unread
  const waitEnd = endOfWait(facts)
  if (!waitEnd || !newestFresh || isStopped(user)) return null
  const from = new Date(waitEnd + 1)
  return addDays(newestFresh, rules.newMaxAgeDays) > from ? from : null
}

/** When the rest of the address and the hold are both over, in ms since 1970; 0 without either. */
function endOfWait({ resting, hold }: EligibilityFacts): number {
  return Math.max(Number(resting?.until ?? 0), Number(hold?.until ?? 0))
}

/** Whether more than time keeps emails from the user. */
function isStopped(user: RuleVerdict[]): boolean {
  return user.some(rule => !rule.holds && !isWait(rule))
}

/**
 * When a reminder becomes due by time alone: its notifications are old enough, and the cool-down, any
 * rest and any hold are over.
 */
function reminderFrom(facts: EligibilityFacts, user: RuleVerdict[], rules: Rules): Date | null {
  const { unread, lastAccepted, verdicts } = facts
  const isWaiting = verdicts.outstanding_reminder !== 'due' && unread.fresh === 0
  if (!isWaiting || !unread.oldest || isStopped(user)) return null
  const oldEnough = addDays(unread.oldest, rules.outstandingAfterDays).getTime()
  const cooledDown = lastAccepted?.sentAt
    ? addDays(lastAccepted.sentAt, rules.reminderCooldownDays)
    : 0
  // One millisecond more: the notification must be older than the limit, to the microsecond.
  return new Date(Math.max(oldEnough, Number(cooledDown), endOfWait(facts)) + 1)
}
