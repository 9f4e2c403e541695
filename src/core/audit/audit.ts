import type { EmailType } from '../email-type.ts'
import type { Run } from '../runs/run.ts'
import type { AttemptOutcome } from './outcome.ts'

export type { AttemptOutcome }

/** One row of `notification_emails_sent`, with what the service knows beside it. */
export interface Attempt {
  id: string
  userId: string
  emailType: EmailType
  sentAt: Date
  notificationIds: string[]
  success: boolean
  errorMessage: string | null
  outcome: AttemptOutcome
  /** Null for an attempt that was made before this service. */
  delivery: {
    id: string
    /** 1 for the first attempt at it. */
    attempt: number
    runId: string
    address: string
    /** Where DELIVER_TO had it go instead; null: to `address`. */
    sentTo: string | null
    /** The provider's id of the email, once it was told. */
    providerId: string | null
    /** The furthest that the provider's events have told. */
    progress: string | null
    /** Exactly as it was sent; null for what failed to render and for what is older than this field. */
    subject: string | null
  } | null
}

/** What a list may be narrowed to; what is given must hold together. */
export interface AttemptFilter {
  userId?: string
  type?: EmailType
  success?: boolean
  /** Inclusive. */
  from?: Date
  /** Exclusive. */
  to?: Date
  /** Every email that carried it. */
  notificationId?: string
  /**
   * Failures with this code exactly (`validation_error`), where there is one; or else with this text
   * anywhere in the message, in upper or lower case.
   */
  error?: string
  runId?: string
}

/** Where a page ends, for the next one. */
export interface AttemptPosition {
  /** ISO 8601 in UTC without a zone, to the microsecond: a Date would lose some. */
  sentAt: string
  id: string
}

export interface AttemptPage {
  attempts: Attempt[]
  next: AttemptPosition | null
}

/** One attempt with all that belongs to it. */
export interface AttemptDetail extends Attempt {
  person: { name: string; address: string } | null
  /** Null for an attempt that was made before this service. */
  run: Pick<Run, 'id' | 'type' | 'trigger' | 'status' | 'createdAt' | 'finishedAt'> | null
  /** The notifications it stood for that still exist, newest first. */
  notifications: {
    id: string
    type: string
    title: string
    message: string
    createdAt: Date
    isRead: boolean
    isDeleted: boolean
  }[]
  /** The email as it was sent, for as long as it is kept. */
  content: { subject: string; html: string; text: string } | null
  /** All attempts at the same delivery, oldest first, this one among them. */
  attempts: {
    id: string
    number: number
    sentAt: Date
    outcome: AttemptOutcome
    errorMessage: string | null
  }[]
  /** What the provider told of it, oldest first. */
  events: { id: string; type: string; happenedAt: Date; detail: unknown }[]
}

/** Attempts in a stretch of time. */
export interface StatsRow {
  /** Start of the hour or the day, UTC. */
  at: Date
  type: EmailType
  accepted: number
  failed: number
  unknown: number
  pending: number
  /** Of the emails whose acceptance was recorded in it: how far the provider's events say they came. */
  delivered: number
  bounced: number
  complained: number
}

/** What a row counts, before anything is counted. */
export const noFacts: Omit<StatsRow, 'at' | 'type'> = {
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
  /** Failed and unknown attempts by code, most frequent first; `other` for what has no code. */
  errors: { code: string; count: number; latest: Date; example: string }[]
  /**
   * Seconds from the creation of the oldest notification in a `new_notifications` email to the email's
   * acceptance; null without any. A reminder waits for days by its rule, so it does not count.
   */
  latency: { p50: number; p90: number; p99: number } | null
}

export interface StatsRequest {
  from: Date
  to: Date
  by: 'hour' | 'day'
}

/** The record that people trust, read. */
export interface Audit {
  /** Newest first. A page stays right while attempts arrive. */
  list(filter: AttemptFilter, limit: number, after?: AttemptPosition): Promise<AttemptPage>
  find(id: string): Promise<AttemptDetail | null>
  stats(request: StatsRequest): Promise<Stats>
  /** All that fit, newest first, some hundreds at a time; holds no transaction open between them. */
  stream(filter: AttemptFilter, signal: AbortSignal): AsyncIterable<Attempt[]>
}
