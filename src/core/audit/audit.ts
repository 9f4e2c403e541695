import type { EmailType } from '../email-type.ts'
import type { Progress } from '../events/progress.ts'
import type { Run } from '../runs/run.ts'
import type { AttemptOutcome } from './outcome.ts'

export type { AttemptOutcome }

/** An email may cover 100,000 notifications: more ids than this are read a page at a time. */
export const MAX_IDS = 200

/** One row of `notification_emails_sent`, with the service's own data about it. */
export interface Attempt {
  id: string
  userId: string
  /** One of `emailTypes`, or any value that another program of the host has written. */
  emailType: string
  /** Null if the host stores a time that no calendar can show. */
  sentAt: Date | null
  /** In a list only the first `MAX_IDS`; a stream has all. */
  notificationIds: string[]
  /** How many notifications the email covered. */
  notificationCount: number
  success: boolean
  errorMessage: string | null
  outcome: AttemptOutcome
  /** Null for an attempt from before adoption. */
  delivery: {
    id: string
    /** 1 for the first attempt. */
    attempt: number
    runId: string
    address: string
    /** Where DELIVER_TO sent it instead; null: to `address`. */
    sentTo: string | null
    /** The provider's id of the email; null until it is known. */
    providerId: string | null
    /** The highest progress that the provider's events report. */
    progress: string | null
    /** As it was sent; null if rendering failed or the attempt is older than this field. */
    subject: string | null
  } | null
  /** The user as they are now, where no delivery has the address; null: deleted. */
  person?: { name: string; address: string } | null
}

/** Restricts a list. All given conditions must hold. */
export interface AttemptFilter {
  userId?: string
  type?: EmailType
  success?: boolean
  /** What the provider's events have reported last. */
  progress?: Progress
  /** Inclusive. */
  from?: Date
  /** Exclusive. */
  to?: Date
  /** Every email that carried it. */
  notificationId?: string
  /**
   * Failures with exactly this code (`validation_error`) if any has it; otherwise failures whose message
   * contains this text, ignoring case.
   */
  error?: string
  runId?: string
}

/** The end of a page, where the next one begins. */
export interface AttemptPosition {
  /** UTC without a zone, as PostgreSQL writes it in JSON: to the microsecond, which a Date would lose. */
  sentAt: string
  id: string
}

export interface AttemptPage {
  /** Fewer than the limit, or none, if the search has not found more before it had to end: see `next`. */
  attempts: Attempt[]
  next: AttemptPosition | null
}

/** The notifications of an attempt that are read with it, in the order of its ids. */
export interface NotificationRange {
  skip: number
  limit: number
}

/** One attempt with all related data. `notificationIds` and `notifications` are those of one range. */
export interface AttemptDetail extends Attempt {
  /** How many to skip for the next range; null after the last one. */
  nextNotification: number | null
  /** The user as they are now; null: deleted. */
  person: { name: string; address: string } | null
  /** Null for an attempt from before adoption. */
  run: Pick<Run, 'id' | 'type' | 'trigger' | 'status' | 'createdAt' | 'finishedAt'> | null
  /** The notifications that the email covered and that still exist, newest first. */
  notifications: {
    id: string
    type: string
    title: string
    message: string
    createdAt: Date | null
    isRead: boolean
    isDeleted: boolean
  }[]
  /** The email as it was sent; null after its retention period. */
  content: { subject: string; html: string; text: string } | null
  /** All attempts at the same delivery, including this one, oldest first. */
  attempts: {
    id: string
    number: number
    sentAt: Date | null
    outcome: AttemptOutcome
    errorMessage: string | null
  }[]
  /** The provider's events about the email, oldest first. */
  events: { id: string; type: string; happenedAt: Date; detail: unknown }[]
}

/** Counts of one hour or day. */
export interface StatsRow {
  /** Start of the hour or the day, UTC. */
  at: Date
  /** As `Attempt.emailType`. */
  type: string
  /** How often an email was tried. An email counts once below, by the outcome of its latest attempt. */
  attempts: number
  accepted: number
  failed: number
  unknown: number
  pending: number
  /** The progress of the emails whose acceptance was recorded in this period. */
  delivered: number
  bounced: number
  complained: number
}

/** The counts of an empty row. */
export const noFacts: Omit<StatsRow, 'at' | 'type'> = {
  attempts: 0,
  accepted: 0,
  failed: 0,
  unknown: 0,
  pending: 0,
  delivered: 0,
  bounced: 0,
  complained: 0,
}

export interface Stats {
  from: Date
  to: Date
  by: 'hour' | 'day'
  rows: StatsRow[]
  /**
   * Failed and unknown attempts by code, most frequent first; `other` for messages without a code. `count`:
   * the emails that ended with it, because no later attempt succeeded or failed otherwise.
   */
  errors: { code: string; attempts: number; count: number; latest: Date; example: string }[]
  /**
   * Seconds from the creation of the oldest notification in a `new_notifications` email to the email's
   * acceptance; null if there is none. Reminders do not count, because they wait for days by their rule.
   */
  latency: { p50: number; p90: number; p99: number } | null
}

export interface StatsRequest {
  from: Date
  to: Date
  by: 'hour' | 'day'
}

/** Read access to the record of all attempts. */
export interface Audit {
  /** Newest first. Pages are stable while attempts are inserted; one takes milliseconds, whatever the filter. */
  list(filter: AttemptFilter, limit: number, after?: AttemptPosition): Promise<AttemptPage>
  /** By default with the first `MAX_IDS` notifications. */
  find(id: string, range?: NotificationRange): Promise<AttemptDetail | null>
  stats(request: StatsRequest): Promise<Stats>
  /** All matching attempts, newest first, in chunks of some hundreds, without a transaction between them. */
  stream(filter: AttemptFilter, signal: AbortSignal): AsyncIterable<Attempt[]>
}
