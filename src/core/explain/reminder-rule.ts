import type { Rules } from '../scan/rules.ts'
import type { EligibilityFacts } from './eligibility-facts.ts'
import type { RuleVerdict } from './explanation.ts'
import { inDays, inUtc, plusDays } from './times.ts'

/** The rules of outstanding_reminder alone, in the planner's order. */
export function reminderRules(figures: EligibilityFacts, rules: Rules): RuleVerdict[] {
  return [nothingNewDue(figures), somethingOutstanding(figures, rules), cooldown(figures, rules)]
}

function nothingNewDue({ verdicts }: EligibilityFacts): RuleVerdict {
  const holds = verdicts.new_notifications !== 'due'
  const text = holds
    ? 'no new_notifications email is due'
    : 'a new_notifications email is due and goes first'
  return { rule: 'no_new_notifications_email', holds, text }
}

function somethingOutstanding({ unread, at }: EligibilityFacts, rules: Rules): RuleVerdict {
  const rule = 'something_outstanding'
  const age = inDays(rules.outstandingAfterDays)
  if (!unread.oldest) return { rule, holds: false, text: 'nothing is unread' }
  const oldest = `the oldest is of ${inUtc(unread.oldest, at)}`
  if (unread.outstanding > 0) {
    const text = `${unread.outstanding} unread for more than ${age}; ${oldest}`
    return { rule, holds: true, text }
  }
  const from = inUtc(plusDays(unread.oldest, rules.outstandingAfterDays), at)
  const text = `nothing is unread for more than ${age}; ${oldest}, so from ${from} on`
  return { rule, holds: false, text }
}

function cooldown({ lastAccepted, at }: EligibilityFacts, rules: Rules): RuleVerdict {
  const rule = 'cooldown'
  if (!lastAccepted) return { rule, holds: true, text: 'no email was accepted so far' }
  const { emailType, sentAt, isRecent } = lastAccepted
  const possible = plusDays(sentAt, rules.reminderCooldownDays)
  const last = `the last accepted email, ${emailType} of ${inUtc(sentAt, at)}`
  const pause = inDays(rules.reminderCooldownDays)
  const text = isRecent
    ? `${last}, is less than ${pause} old; next reminder possible on ${inUtc(possible, at)}`
    : `${last}, is ${pause} old or more`
  return { rule, holds: !isRecent, text }
}
