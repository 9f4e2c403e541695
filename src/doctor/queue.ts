import { counted } from '../core/counted.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

/** Whether pg-boss's schema is the one that our pg-boss works with. `found` is null without it. */
export function checkQueue(found: number | null, wanted: number): Finding[] {
  const fix = 'npm run tidings -- migrate'
  if (found === null)
    return [fail('queue', 'the schema pgboss is not there', `${fix}, or adopt: each makes it`)]
  if (found < wanted) {
    return [
      warn(
        'queue',
        `pgboss has version ${found}, and ${wanted} is wanted; a start brings it there if its role may`,
        fix,
      ),
    ]
  }
  if (found > wanted) {
    const found_ = `pgboss has version ${found}, and this Tidings knows ${wanted}`
    return [warn('queue', found_, 'run the newest version that has been run on this database')]
  }
  return [ok('queue', `pgboss is there, version ${found}`)]
}

export interface WorkReading {
  /** Batches whose turn was minutes ago and that nobody has in hand. */
  overdue: number
  /** When the first of them was due. */
  overdueSince: Date | null
  /** Jobs that were given up in the last day, by queue. */
  failedJobs: { queue: string; count: number }[]
  /** Emails of which it is not known whether the provider took them. */
  unknown: number
  unknownSince: Date | null
}

const DAY_MS = 86_400_000

/** Work that lies about. While sending is stopped it waits as it should. */
export function checkWork(work: WorkReading, isStopped: boolean, now: number): Finding[] {
  const { overdue, overdueSince, failedJobs, unknown, unknownSince } = work
  const findings: Finding[] = []
  if (overdue > 0 && !isStopped) {
    const found = `${counted(overdue, 'batch is', 'batches are')} overdue${since(overdueSince)}`
    findings.push(warn('work', found, 'see that a worker runs (npm start, ROLE=all or worker)'))
  }
  for (const { queue, count } of failedJobs) {
    const found = `${counted(count, 'job')} of ${queue} given up in the last 24 h`
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
            'npm run tidings -- audit --error unknown; ask the provider, they are never sent again by guesswork',
          )
        : ok('work', `${found}; they are repeated under the same key, or looked up at night`),
    )
  }
  const waits =
    overdue > 0 && isStopped
      ? `; ${counted(overdue, 'batch waits', 'batches wait')} until sending resumes`
      : ''
  return findings.length > 0 ? findings : [ok('work', `nothing is stuck${waits}`)]
}

function since(time: Date | null): string {
  return time ? `, the oldest since ${time.toISOString().slice(0, 16).replace('T', ' ')} UTC` : ''
}
