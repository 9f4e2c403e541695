import type { EmailType } from '../email-type.ts'
import type { Rules } from '../scan/rules.ts'
import type { EligibilityFacts } from './eligibility-facts.ts'
import type { Explanation, RuleVerdict, TypeExplanation } from './explanation.ts'
import { somethingNew } from './new-notifications-rule.ts'
import { reminderRules } from './reminder-rule.ts'
import { addDays } from './times.ts'
import { RESTING, userRules } from './user-rules.ts'

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

/** When a new_notifications email becomes due by time alone: a rest ends before it is too old to be new. */
function newFrom(
  { resting, unread }: EligibilityFacts,
  user: RuleVerdict[],
  rules: Rules,
): Date | null {
  if (!resting || !unread.newestFresh || isStopped(user)) return null
  const from = new Date(resting.until.getTime() + 1)
  return addDays(unread.newestFresh, rules.newMaxAgeDays) > from ? from : null
}

/** Whether more than a rest keeps emails from the user. */
function isStopped(user: RuleVerdict[]): boolean {
  return user.some(({ rule, holds }) => !holds && rule !== RESTING)
}

/**
 * When a reminder becomes due by time alone: its notifications are old enough, and the cool-down and any
 * rest are over.
 */
function reminderFrom(facts: EligibilityFacts, user: RuleVerdict[], rules: Rules): Date | null {
  const { unread, lastAccepted, verdicts, resting } = facts
  const isWaiting = verdicts.outstanding_reminder !== 'due' && unread.fresh === 0
  if (!isWaiting || !unread.oldest || isStopped(user)) return null
  const oldEnough = addDays(unread.oldest, rules.outstandingAfterDays).getTime()
  const cooledDown = lastAccepted?.sentAt
    ? addDays(lastAccepted.sentAt, rules.reminderCooldownDays)
    : 0
  // One millisecond more: the notification must be older than the limit, to the microsecond.
  return new Date(Math.max(oldEnough, Number(cooledDown), Number(resting?.until ?? 0)) + 1)
}
