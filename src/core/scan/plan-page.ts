import { type EmailType, emailTypes } from '../render/digest.ts'
import type { RunType, Skipped } from '../trigger/run.ts'
import type { Verdict, Verdicts } from './rules.ts'

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
 */
export function planPage(
  runType: RunType,
  page: Verdicts[],
  before: { remainder: Partial<Remainder>; counts: ScanCounts },
  isLast: boolean,
): PagePlan {
  const counts = structuredClone(before.counts)
  const due: Remainder = {
    new_notifications: [...(before.remainder.new_notifications ?? [])],
    outstanding_reminder: [...(before.remainder.outstanding_reminder ?? [])],
  }
  for (const person of page) {
    counts.scanned += 1
    const asked = emailTypes.filter(type => runType === 'all' || runType === type)
    for (const type of asked) {
      const verdict = verdictOn(person, type)
      if (verdict === 'due') {
        due[type].push(person.userId)
        counts.byType[type].due += 1
      } else count(counts.byType[type].skipped, verdict)
    }
    const verdict = verdictOverall(person, runType)
    if (verdict === 'due') counts.due += 1
    else count(counts.skipped, verdict)
  }
  const batches = emailTypes.flatMap(emailType => {
    const full: PagePlan['batches'] = []
    while (due[emailType].length >= BATCH_SIZE || (isLast && due[emailType].length > 0)) {
      full.push({ emailType, userIds: due[emailType].splice(0, BATCH_SIZE) })
    }
    return full
  })
  return { batches, remainder: due, counts }
}

function verdictOn(person: Verdicts, type: EmailType): Verdict {
  return type === 'new_notifications' ? person.newNotifications : person.outstandingReminder
}

function verdictOverall(person: Verdicts, runType: RunType): Verdict {
  if (runType !== 'all') return verdictOn(person, runType)
  if (person.newNotifications === 'due') return 'due'
  return person.outstandingReminder
}

function count(skipped: Skipped, reason: string): void {
  skipped[reason] = (skipped[reason] ?? 0) + 1
}
