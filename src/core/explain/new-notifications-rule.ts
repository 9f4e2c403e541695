import type { Rules } from '../scan/rules.ts'
import type { Carrier, EligibilityFacts } from './eligibility-facts.ts'
import type { RuleVerdict } from './explanation.ts'
import { formatAge, formatDays, inUtc } from './times.ts'

/** Whether an unread notification was in no new_notifications email yet, and what covers the others. */
export function somethingNew(facts: EligibilityFacts, rules: Rules): RuleVerdict {
  const { unread, at } = facts
  const rule = 'something_new'
  if (unread.total === 0) return { rule, holds: false, text: 'nothing is unread' }
  const parts = [
    { count: unread.fresh, are: 'in no new_notifications email yet' },
    { count: unread.carried, are: facts.carrier ? carriedBy(facts.carrier, at) : 'carried' },
    { count: unread.baseline, are: carriedBefore(unread.carriedUntil, at) },
    { count: unread.elsewhere, are: 'carried by an email that was not sent by Tidings' },
    {
      count: unread.tooOld,
      are: `older than ${formatDays(rules.newMaxAgeDays)}, too old to be new`,
    },
  ].filter(part => part.count > 0)
  const shares = parts.map(({ count, are }) => `${share(count, unread.total)} ${are}`)
  const text = [`${unread.total} unread, newest ${formatAge(unread.newest, at)}`, ...shares].join(
    '; ',
  )
  return { rule, holds: unread.fresh > 0, text }
}

function share(count: number, total: number): string {
  if (count < total) return String(count)
  return total === 1 ? 'it is' : 'all'
}

function carriedBy({ sentAt, state, emails }: Carrier, at: Date): string {
  const when = inUtc(sentAt, at)
  if (emails > 1) return `carried by ${emails} new_notifications emails, the last of ${when}`
  if (state === 'under_way') return `in the new_notifications email in flight since ${when}`
  if (state === 'unknown') {
    return `in the new_notifications email of ${when}, whose outcome is unknown`
  }
  return `carried by the new_notifications email of ${when}`
}

function carriedBefore(until: Date | null, at: Date): string {
  return `counted as carried before adoption${until ? `, up to ${inUtc(until, at)}` : ''}`
}
