import type { Rules } from '../scan/rules.ts'
import type { EligibilityFacts } from './eligibility-facts.ts'
import type { RuleVerdict } from './explanation.ts'
import { addDays, formatDays, inUtc } from './times.ts'

/** The rules that apply only to outstanding_reminder, in the order of evaluation. */
export function reminderRules(facts: EligibilityFacts, rules: Rules): RuleVerdict[] {
  return [nothingNewDue(facts), somethingOutstanding(facts, rules), cooldown(facts, rules)]
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
  const age = formatDays(rules.outstandingAfterDays)
  if (unread.total === 0) return { rule, holds: false, text: 'nothing is unread' }
  const oldest = `the oldest is from ${inUtc(unread.oldest, at)}`
  if (unread.outstanding > 0) {
    const text = `${unread.outstanding} unread for more than ${age}; ${oldest}`
    return { rule, holds: true, text }
  }
  const from = unread.oldest && inUtc(addDays(unread.oldest, rules.outstandingAfterDays), at)
  const possible = from ? `, so a reminder is possible from ${from}` : ''
  const text = `nothing has been unread for more than ${age}; ${oldest}${possible}`
  return { rule, holds: false, text }
}

function cooldown({ lastAccepted, at }: EligibilityFacts, rules: Rules): RuleVerdict {
  const rule = 'cooldown'
  if (!lastAccepted) return { rule, holds: true, text: 'no email has been accepted so far' }
  const { emailType, sentAt, isRecent } = lastAccepted
  const possible = sentAt && addDays(sentAt, rules.reminderCooldownDays)
  const last = `the last accepted email, ${emailType} of ${inUtc(sentAt, at)}`
  const length = formatDays(rules.reminderCooldownDays)
  const text = isRecent
    ? `${last}, is less than ${length} old; next reminder possible on ${inUtc(possible, at)}`
    : `${last}, is at least ${length} old`
  return { rule, holds: !isRecent, text }
}
