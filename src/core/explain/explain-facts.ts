import type { EmailType } from '../email-type.ts'
import type { Rules } from '../scan/rules.ts'
import type { EligibilityFacts } from './eligibility-facts.ts'
import type { Explanation, RuleVerdict, TypeExplanation } from './explanation.ts'
import { somethingNew } from './new-notifications-rule.ts'
import { reminderRules } from './reminder-rule.ts'
import { plusDays } from './times.ts'
import { userRules } from './user-rules.ts'

/**
 * Tells a person's verdicts in sentences. The verdicts are the planner's; the first rule that does not
 * hold is the one that each of them names.
 */
export function explainFacts(figures: EligibilityFacts, rules: Rules): Explanation {
  const person = userRules(figures, rules)
  const reminder = reminderRules(figures, rules)
  // As the planner asks: the person comes last, of those who would be mailed. Who has something new
  // would be, so there the reminder's own rules come after.
  const reminderOrder =
    figures.unread.fresh > 0 ? [...person, ...reminder] : [...reminder, ...person]
  const type = (emailType: EmailType, asked: RuleVerdict[]): TypeExplanation => {
    const verdict = figures.verdicts[emailType]
    const due = verdict === 'due'
    const notificationIds = due ? figures.notificationIds[emailType] : []
    return { due, verdict, rules: asked, notificationIds, possibleFrom: null }
  }
  return {
    userId: figures.userId,
    name: figures.name,
    at: figures.at,
    types: {
      // Time alone makes nothing new.
      new_notifications: type('new_notifications', [somethingNew(figures, rules), ...person]),
      outstanding_reminder: {
        ...type('outstanding_reminder', reminderOrder),
        possibleFrom: reminderFrom(figures, person, rules),
      },
    },
  }
}

/** When a reminder becomes due by time alone: then its notifications are old enough, and the pause over. */
function reminderFrom(figures: EligibilityFacts, person: RuleVerdict[], rules: Rules): Date | null {
  const { unread, lastAccepted, verdicts } = figures
  const isWaiting = verdicts.outstanding_reminder !== 'due' && unread.fresh === 0
  if (!isWaiting || !unread.oldest || person.some(rule => !rule.holds)) return null
  const oldEnough = plusDays(unread.oldest, rules.outstandingAfterDays).getTime()
  const paused = lastAccepted ? plusDays(lastAccepted.sentAt, rules.reminderCooldownDays) : 0
  // The rule wants older than that, and the database counts microseconds.
  return new Date(Math.max(oldEnough, Number(paused)) + 1)
}
