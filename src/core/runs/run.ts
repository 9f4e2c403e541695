import type { EmailType } from '../email-type.ts'
import { TidingsError } from '../errors/tidings-error.ts'
import type { SendingPause } from '../provider-account.ts'

export const runTypes = ['new_notifications', 'outstanding_reminder', 'all'] as const
export type RunType = (typeof runTypes)[number]

/** What requested the run. */
export type RunTrigger = 'schedule' | 'http' | 'cron_route' | 'cli' | 'dashboard'

export interface RunRequest {
  type: RunType
  trigger: RunTrigger
  /** Scans and counts, and writes nothing except the run itself. */
  dryRun?: boolean
  /** Only these users; absent: all users. */
  userIds?: string[]
  /** A second request with the same key returns the same run while that run is stored. */
  idempotencyKey?: string
}

/** Users who get no email, counted by reason. */
export type Skipped = Record<string, number>

export interface TypeCounts {
  /** Users who were due at the scan. */
  due: number
  /** Accepted by the provider. */
  sent: number
  /** Definitely refused, or not renderable. They stay due. */
  failed: number
  /** No answer, or one that proves nothing; retried under the same key. */
  unknown: number
  skipped: Skipped
}

export interface RunCounts extends TypeCounts {
  /** Users with something unread, or the users named in the request. */
  scanned: number
  byType: Record<EmailType, TypeCounts>
}

export interface Run {
  id: string
  type: RunType
  trigger: RunTrigger
  dryRun: boolean
  /** A dry run instead of a real one, because the service is in shadow (`SHADOW=true`). */
  shadow: boolean
  status: 'queued' | 'running' | 'completed' | 'failed'
  /** Why it failed, as `<code>: <message>`. */
  error: string | null
  counts: RunCounts
  /** Set while the run waits because the provider asked for a pause or sending is stopped. */
  paused: SendingPause | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
}

export interface Runs {
  /** Starts a run, or returns the run of the same type that has not begun. */
  start(request: RunRequest): Promise<Run>
  find(id: string): Promise<Run | null>
}

/** The idempotency key belongs to a different request. */
export class IdempotencyConflictError extends TidingsError {
  override readonly isRetryable = false

  constructor(key: string) {
    super(`the idempotency key ${JSON.stringify(key)} was used for another run request`)
  }
}

export function isFinished(run: Run): boolean {
  return run.status === 'completed' || run.status === 'failed'
}

/** How many due users are finished, including those skipped at the claim. */
export function countEnded({ counts, dryRun }: Run): number {
  const { scanned, due, sent, failed, skipped } = counts
  const totalSkipped = Object.values(skipped).reduce((sum, count) => sum + count, 0)
  return dryRun ? due : sent + failed + Math.max(0, totalSkipped - (scanned - due))
}
