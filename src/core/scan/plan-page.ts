import { type EmailType, emailTypes } from '../email-type.ts'
import type { RunType, Skipped } from '../runs/run.ts'
import { isHeld, type Verdict, type Verdicts, type VerdictsOfMany } from './rules.ts'

/** Maximum number of emails in one request. Source: Resend, `POST /emails/batch`. */
export const BATCH_SIZE = 100

/** The scan's counts, stored with the run. */
export interface ScanCounts {
  scanned: number
  due: number
  skipped: Skipped
  byType: Record<EmailType, { due: number; skipped: Skipped }>
}

/** Due users, by type, who do not fill a batch yet. */
export type Remainder = Record<EmailType, string[]>

export interface PagePlan {
  batches: { emailType: EmailType; userIds: string[] }[]
  remainder: Remainder
  counts: ScanCounts
  /** When the first hold ends that the run has found so far. */
  heldUntil: Date | null
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
 * Plans full batches now and the rest with the last page. A request costs the same with 3 emails as with
 * 100, so a page does not end with a small batch of its own.
 *
 * @param page verdicts in the order of the user ids; must include every due user of the page
 * @param others counts of users on the page who are not due for anything
 */
export function planPage(
  runType: RunType,
  page: Verdicts[],
  before: { remainder: Partial<Remainder>; counts: ScanCounts; heldUntil: Date | null },
  isLast: boolean,
  others: VerdictsOfMany[] = [],
): PagePlan {
  const counts = structuredClone(before.counts)
  const due: Remainder = {
    new_notifications: [...(before.remainder.new_notifications ?? [])],
    outstanding_reminder: [...(before.remainder.outstanding_reminder ?? [])],
  }
  const types = emailTypes.filter(type => runType === 'all' || runType === type)
  const add = (verdicts: VerdictByType, users: number) => {
    counts.scanned += users
    for (const type of types) count(counts.byType[type], verdictFor(verdicts, type), users)
    count(counts, overallVerdict(verdicts, runType), users)
  }
  for (const user of page) {
    add(user, 1)
    for (const type of types) if (verdictFor(user, type) === 'due') due[type].push(user.userId)
  }
  let { heldUntil } = before
  for (const group of others) {
    add(group, group.people)
    if (isHeld(overallVerdict(group, runType))) heldUntil = earlier(heldUntil, group.heldUntil)
  }
  const batches = emailTypes.flatMap(emailType => {
    const full: PagePlan['batches'] = []
    while (due[emailType].length >= BATCH_SIZE || (isLast && due[emailType].length > 0)) {
      full.push({ emailType, userIds: due[emailType].splice(0, BATCH_SIZE) })
    }
    return full
  })
  return { batches, remainder: due, counts, heldUntil }
}

function earlier(one: Date | null, other: Date | null = null): Date | null {
  return one && other && one <= other ? one : (other ?? one)
}

type VerdictByType = Pick<Verdicts, 'newNotifications' | 'outstandingReminder'>

function verdictFor(verdicts: VerdictByType, type: EmailType): Verdict {
  return type === 'new_notifications' ? verdicts.newNotifications : verdicts.outstandingReminder
}

function overallVerdict(verdicts: VerdictByType, runType: RunType): Verdict {
  if (runType !== 'all') return verdictFor(verdicts, runType)
  return verdicts.newNotifications === 'due' ? 'due' : verdicts.outstandingReminder
}

function count(counts: { due: number; skipped: Skipped }, verdict: Verdict, users: number): void {
  if (verdict === 'due') counts.due += users
  else counts.skipped[verdict] = (counts.skipped[verdict] ?? 0) + users
}
