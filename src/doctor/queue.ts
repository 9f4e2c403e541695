import { counted } from '../core/counted.ts'
import type { UnrecordedEmail } from '../core/record/unrecorded-email.ts'
import { utcMinute } from '../core/utc-minute.ts'
import { findWorkFaults, type WorkHealth } from '../core/work-health.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

export interface QueueReading {
  /** QUEUE_SCHEMA. */
  schema: string
  /** The version of pg-boss's tables; null if they do not exist. */
  found: number | null
  /** The version that this Tidings needs. */
  wanted: number
  /** Why the schema belongs to another program, with the fix; null if it does not. */
  foreign: { reason: string; fix: string } | null
}

/** Checks whether pg-boss's tables are Tidings' own, and their version. */
export function checkQueue({ schema, found, wanted, foreign }: QueueReading): Finding[] {
  const fix = 'npm run tidings -- migrate'
  if (foreign) return [fail('queue', foreign.reason, foreign.fix)]
  if (found === null) {
    const text = `the schema ${schema} has no queue`
    return [fail('queue', text, `${fix}, or adopt; both create it`)]
  }
  if (found < wanted) {
    return [
      warn(
        'queue',
        `${schema} has version ${found}, but needs ${wanted}; a start updates it if its role may`,
        fix,
      ),
    ]
  }
  if (found > wanted) {
    const text = `${schema} has version ${found}, but this Tidings knows only ${wanted}`
    return [warn('queue', text, 'run the latest version that has run on this database')]
  }
  return [ok('queue', `${schema} has version ${found}`)]
}

export interface WorkReading {
  /** Batches that were due minutes ago and that no worker has claimed. */
  overdue: number
  /** When the oldest of them was due. */
  overdueSince: Date | null
  /** Jobs that failed for good in the last day, by queue. */
  failedJobs: { queue: string; count: number }[]
  /** Emails whose outcome is unknown. */
  unknown: number
  unknownSince: Date | null
  health: WorkHealth
  /** Emails of the last week that the audit has no row for, at most a hundred. */
  unrecorded: UnrecordedEmail[]
}

const DAY_MS = 86_400_000

/** Checks for stalled work. While sending is stopped, waiting batches are expected. */
export function checkWork(work: WorkReading, isStopped: boolean, now: number): Finding[] {
  const { overdue, overdueSince, failedJobs, unknown, unknownSince, health, unrecorded } = work
  const findings = findWorkFaults(health, now).map(({ kind, found, error, fix }) => {
    const text = error ? `${found}: ${error}` : found
    return kind === 'database' ? fail('work', text, fix) : warn('work', text, fix)
  })
  const [latest] = unrecorded
  if (latest) {
    const found = `${counted(unrecorded.length, 'email has', 'emails have')} no correct row in notification_emails_sent since last week, the latest to user ${latest.userId}: ${latest.error}`
    findings.push(warn('work', found, 'check your triggers on notification_emails_sent'))
  }
  if (overdue > 0 && !isStopped) {
    const found = `${counted(overdue, 'batch is', 'batches are')} overdue${since(overdueSince)}`
    findings.push(
      warn('work', found, 'make sure that a worker runs (npm start with ROLE=all or worker)'),
    )
  }
  for (const { queue, count } of failedJobs) {
    const found = `${counted(count, 'job')} of ${queue} failed in the last 24 h`
    findings.push(warn('work', found, 'look for "job failed" in the service’s log'))
  }
  if (unknown > 0) {
    const isOld = unknownSince !== null && now - unknownSince.getTime() > DAY_MS
    const found = `${counted(unknown, 'outcome is', 'outcomes are')} unknown${since(unknownSince)}`
    findings.push(
      isOld
        ? warn(
            'work',
            found,
            'npm run tidings -- audit --error unknown; check them at the provider, they are not sent again',
          )
        : ok('work', `${found}; they are replayed under the same key, or reconciled at night`),
    )
  }
  const waiting =
    overdue > 0 && isStopped
      ? `; ${counted(overdue, 'batch waits', 'batches wait')} until sending resumes`
      : ''
  return findings.length > 0 ? findings : [ok('work', `nothing is stalled${waiting}`)]
}

function since(time: Date | null): string {
  return time ? `, the oldest since ${utcMinute(time)} UTC` : ''
}
