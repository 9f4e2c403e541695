import { type EmailType, emailTypes } from '../email-type.ts'
import type { RunType, Skipped } from '../runs/run.ts'
import type { Verdict, Verdicts, VerdictsOfMany } from './rules.ts'

/** As many emails as one request may hold. Source: Resend, `POST /emails/batch`. */
export const BATCH_SIZE = 100

/** What the scan counts; kept on the run. */
export interface ScanCounts {
  scanned: number
  due: number
  skipped: Skipped
  byType: Record<EmailType, { due: number; skipped: Skipped }>
}

/** Due people, by type, that do not fill a batch yet. */
export type Remainder = Record<EmailType, string[]>

export interface PagePlan {
  batches: { emailType: EmailType; userIds: string[] }[]
  remainder: Remainder
  counts: ScanCounts
}

export function nothingScanned(): ScanCounts {
  const none = () => ({ due: 0, skipped: {} })
  return {
    scanned: 0,
    due: 0,
    skipped: {},
    byType: { new_notifications: none(), outstanding_reminder: none() },
  }
}

/**
 * Adds a page to what was planned before it: full batches now, the rest with the last page. A request
 * costs the same whether it holds 3 emails or 100, so no page ends in a small batch of its own.
 *
 * @param page everybody on it who is due, in order; who is not may be among them
 * @param others on the same page, who are not due for anything
 */
export function planPage(
  runType: RunType,
  page: Verdicts[],
  before: { remainder: Partial<Remainder>; counts: ScanCounts },
  isLast: boolean,
  others: VerdictsOfMany[] = [],
): PagePlan {
  const counts = structuredClone(before.counts)
  const due: Remainder = {
    new_notifications: [...(before.remainder.new_notifications ?? [])],
    outstanding_reminder: [...(before.remainder.outstanding_reminder ?? [])],
  }
  const asked = emailTypes.filter(type => runType === 'all' || runType === type)
  const add = (of: VerdictByType, people: number) => {
    counts.scanned += people
    for (const type of asked) count(counts.byType[type], verdictOn(of, type), people)
    count(counts, verdictOverall(of, runType), people)
  }
  for (const person of page) {
    add(person, 1)
    for (const type of asked) if (verdictOn(person, type) === 'due') due[type].push(person.userId)
  }
  for (const some of others) add(some, some.people)
  const batches = emailTypes.flatMap(emailType => {
    const full: PagePlan['batches'] = []
    while (due[emailType].length >= BATCH_SIZE || (isLast && due[emailType].length > 0)) {
      full.push({ emailType, userIds: due[emailType].splice(0, BATCH_SIZE) })
    }
    return full
  })
  return { batches, remainder: due, counts }
}

type VerdictByType = Pick<Verdicts, 'newNotifications' | 'outstandingReminder'>

function verdictOn(of: VerdictByType, type: EmailType): Verdict {
  return type === 'new_notifications' ? of.newNotifications : of.outstandingReminder
}

function verdictOverall(of: VerdictByType, runType: RunType): Verdict {
  if (runType !== 'all') return verdictOn(of, runType)
  if (of.newNotifications === 'due') return 'due'
  return of.outstandingReminder
}

function count(counts: { due: number; skipped: Skipped }, verdict: Verdict, people: number): void {
  if (verdict === 'due') counts.due += people
  else counts.skipped[verdict] = (counts.skipped[verdict] ?? 0) + people
}
