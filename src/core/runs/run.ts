import type { EmailType } from '../email-type.ts'
import { TidingsError } from '../errors/tidings-error.ts'
import type { SendingPause } from '../provider-account.ts'

export const runTypes = ['new_notifications', 'outstanding_reminder', 'all'] as const
/** What a run looks for. */
export type RunType = (typeof runTypes)[number]

/** Who asked for it. */
export type RunTrigger = 'schedule' | 'http' | 'cron_route' | 'cli' | 'dashboard'

export interface RunRequest {
  type: RunType
  trigger: RunTrigger
  /** Scans and counts, writes nothing but the run itself. */
  dryRun?: boolean
  /** Only these people; absent: everybody. */
  userIds?: string[]
  /** Asking again with the same key gives the same run, as long as it is stored. */
  idempotencyKey?: string
}

/** People by the reason for which they get no email. */
export type Skipped = Record<string, number>

export interface TypeCounts {
  /** Whom the scan found due. */
  due: number
  /** Accepted by the provider. */
  sent: number
  /** Definitely refused, or not renderable. They stay due. */
  failed: number
  /** No answer, or one that proves nothing; repeated under the same key. */
  unknown: number
  skipped: Skipped
}

export interface RunCounts extends TypeCounts {
  /** People looked at: those who have something unread, or those named in the request. */
  scanned: number
  byType: Record<EmailType, TypeCounts>
}

export interface Run {
  id: string
  type: RunType
  trigger: RunTrigger
  dryRun: boolean
  /** A dry run in the place of a real one, because the service is in shadow (`SHADOW=true`). */
  shadow: boolean
  status: 'queued' | 'running' | 'completed' | 'failed'
  /** Why it failed, as `<code>: <message>`. */
  error: string | null
  counts: RunCounts
  /** Set while it waits: the provider asked for a pause, or sending is stopped. */
  paused: SendingPause | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
}

export interface Runs {
  /** Starts a run, or joins the one of its type that has not begun. */
  start(request: RunRequest): Promise<Run>
  find(id: string): Promise<Run | null>
}

/** The key was used before, for another request. */
export class IdempotencyConflictError extends TidingsError {
  override readonly isRetryable = false

  constructor(key: string) {
    super(`the idempotency key ${JSON.stringify(key)} was used for another run request`)
  }
}

export function isFinished(run: Run): boolean {
  return run.status === 'completed' || run.status === 'failed'
}

/** How many of the due have come to an end, skipped at the claim included. */
export function countEnded({ counts, dryRun }: Run): number {
  const { scanned, due, sent, failed, skipped } = counts
  const skippedInAll = Object.values(skipped).reduce((sum, count) => sum + count, 0)
  return dryRun ? due : sent + failed + Math.max(0, skippedInAll - (scanned - due))
}
