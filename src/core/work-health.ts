import { errorCode } from './audit/outcome.ts'
import { counted } from './counted.ts'
import { utcMinute } from './utc-minute.ts'

/** What shows whether work gets done, all read from the database. */
export interface WorkHealth {
  /** A standby, or a server that refuses writes. */
  isReadOnly: boolean
  /** When a worker last looked for work; null if none ever has. */
  workerSeenAt: Date | null
  /** Whether a run is unfinished or a batch unresolved. */
  hasWork: boolean
  /** Batches whose claim has failed three times or more; `error` is the latest. */
  failedClaims: { batches: number; error: string } | null
  /** Requests that got no usable answer in three attempts or more; `error` is that of the latest. */
  unanswered: { requests: number; since: Date; nextAt: Date; error: string | null } | null
}

/** Why emails do not go out although sending is open. */
export interface WorkFault {
  kind: 'database' | 'workers' | 'claims' | 'provider'
  /** Without the error itself, which may quote data. */
  found: string
  error: string | null
  fix: string
}

/** Workers report every few seconds. */
const SILENCE_MS = 60_000

/** One evaluation for readiness, the doctor and the dashboard alike; the worst fault comes first. */
export function findWorkFaults(health: WorkHealth, now: number): WorkFault[] {
  const { isReadOnly, workerSeenAt, hasWork, failedClaims, unanswered } = health
  const faults: WorkFault[] = []
  if (isReadOnly) {
    faults.push({
      kind: 'database',
      found: 'the database is read-only',
      error: null,
      fix: 'point DATABASE_URL at the primary server',
    })
  }
  // Before the first start there is nothing to do.
  if (workerSeenAt ? now - workerSeenAt.getTime() > SILENCE_MS : hasWork) {
    const since = workerSeenAt ? `since ${formatTime(workerSeenAt)}` : 'so far'
    faults.push({
      kind: 'workers',
      found: `no worker has reported ${since}`,
      error: null,
      fix: 'start one: npm start with ROLE=all or ROLE=worker',
    })
  }
  if (failedClaims) {
    const { batches, error } = failedClaims
    faults.push({
      kind: 'claims',
      found: `${counted(batches, 'batch', 'batches')} cannot be claimed and ${batches === 1 ? 'is' : 'are'} retried`,
      error,
      fix: 'see the error; "claim failed" in the log has more',
    })
  }
  if (unanswered) {
    const { requests, since, nextAt, error } = unanswered
    const code = errorCode(error)
    faults.push({
      kind: 'provider',
      found: `${counted(requests, 'request')} to the provider failed three times or more since ${formatTime(since)}${code ? ` (${code})` : ''}; next attempt ${formatTime(nextAt)}`,
      error,
      fix: 'read the provider’s status page; the requests are repeated under the same keys',
    })
  }
  return faults
}

function formatTime(time: Date): string {
  return `${utcMinute(time)} UTC`
}
