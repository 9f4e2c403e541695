import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgEnum,
  pgSchema,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { changeSources, changeTypes } from '../core/changes/change.ts'
import { frequencies, preferenceSources } from '../core/recipients/preferences.ts'
import { suppressionSources } from '../core/recipients/suppression.ts'
import { fromUtc } from './rules/utc.ts'

// ── The host's tables ───────────────────────────────────────────────────────────────────────────
// The service reads and writes these alongside the application and never changes their columns.
// Their `timestamp` columns hold UTC. `qualifyHostTables` adds their schema to each connection.

/** A host's `timestamp` in UTC. Reading and writing also work if the column is a `timestamptz`. */
const utcTime = customType<{ data: Date | null; driverData: string | null }>({
  dataType: () => 'timestamp',
  fromDriver: text => (text === null ? null : fromUtc(text)),
  toDriver: time => time?.toISOString() ?? null,
})

export const notificationType = pgEnum('notification_type', [
  'signup_confirmation',
  'vote_confirmation',
  'submission_confirmation',
  'round_opened',
  'round_voting_opened',
  'round_covering_begins',
  'round_covers_due',
  'comment_received',
  'comment_reply_received',
  'comment_upvoted',
  'mention_received',
  'admin_announcement',
  'test_notification',
])

export const notificationEmailType = pgEnum('notification_email_type', [
  'new_notifications',
  'outstanding_reminder',
])

export const users = pgTable('users', {
  userid: uuid('userid').primaryKey(),
  email: text('email').notNull().unique(),
  username: text('username').notNull().unique(),
  publicDisplayName: text('public_display_name'),
  createdAt: utcTime('created_at').notNull().default(sql`now()`),
  adminLevel: integer('admin_level'),
  profilePictureUrl: text('profile_picture_url'),
})

export const userPrivacySettings = pgTable('user_privacy_settings', {
  id: uuid('id').primaryKey().defaultRandom(),
  userId: uuid('user_id')
    .notNull()
    .unique()
    .references(() => users.userid),
  showStats: boolean('show_stats').notNull().default(true),
  showSignups: boolean('show_signups').notNull().default(true),
  showSubmissions: boolean('show_submissions').notNull().default(true),
  showSocialLinks: boolean('show_social_links').notNull().default(true),
  showEmbeddedMedia: boolean('show_embedded_media').notNull().default(true),
  showVotes: boolean('show_votes').notNull().default(false),
  showEmail: boolean('show_email').notNull().default(false),
  notificationEmailsEnabled: boolean('notification_emails_enabled').notNull().default(true),
  profileBio: text('profile_bio'),
  createdAt: utcTime('created_at').notNull().default(sql`now()`),
  updatedAt: utcTime('updated_at').notNull().default(sql`now()`),
})

export const notifications = pgTable(
  'notifications',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.userid, { onDelete: 'cascade' }),
    type: notificationType('type').notNull(),
    title: text('title').notNull(),
    message: text('message').notNull(),
    metadata: text('metadata'),
    isRead: boolean('is_read').notNull().default(false),
    isDeleted: boolean('is_deleted').notNull().default(false),
    createdAt: utcTime('created_at').notNull().default(sql`now()`),
    readAt: utcTime('read_at'),
  },
  table => [
    index('notifications_user_id_idx').on(table.userId),
    index('notifications_user_id_is_deleted_is_read_idx').on(
      table.userId,
      table.isDeleted,
      table.isRead,
    ),
    index('notifications_created_at_idx').on(table.createdAt),
    // Added by Tidings: the scan reads only this, so its cost depends on what is unread.
    index('notifications_unread_idx')
      .on(table.userId, table.createdAt, table.id)
      .where(sql`not is_read and not is_deleted`),
  ],
)

export const notificationEmailsSent = pgTable(
  'notification_emails_sent',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.userid),
    emailType: notificationEmailType('email_type').notNull(),
    sentAt: utcTime('sent_at').notNull().default(sql`now()`),
    notificationIds: text('notification_ids').array(),
    success: boolean('success').notNull().default(true),
    errorMessage: text('error_message'),
  },
  table => [
    // Added by Tidings: for the cool-down, and for the history of one user.
    index('notification_emails_sent_user_id_sent_at_idx').on(
      table.userId,
      table.sentAt.desc().nullsFirst(),
    ),
    // Added by Tidings: for the list, its pages, and daily counts. Ascending, though it is read
    // backwards: inserts at its right end make it grow less.
    index('notification_emails_sent_sent_at_id_idx').on(table.sentAt, table.id),
    // Added by Tidings: failures by code. Costs of the indexes: docs/decisions/audit-indexes.md.
    index('notification_emails_sent_error_code_idx')
      .on(sql`split_part("left"(error_message, 64), ':', 1)`, table.sentAt, table.id)
      .where(
        sql`not success and coalesce(split_part("left"(error_message, 64), ':', 1), '') <> 'pending'`,
      ),
  ],
)

// ── The service's own tables ────────────────────────────────────────────────────────────────────
// None has a foreign key to the host's tables: it would add triggers there, and could stop the
// application from deleting a user.

export const tidings = pgSchema('tidings')

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
const instant = (name: string) => timestamp(name, { withTimezone: true })

/** The state that the service keeps of a user; the claim locks this row, never the host's. */
export const recipients = tidings.table('recipients', {
  userId: uuid('user_id').primaryKey(),
  /** Notifications up to this UTC time count as carried by an email from before adoption. */
  carriedUntil: timestamp('carried_until'),
  /** How many reminders were accepted; the next claim of a reminder is for the following round. */
  reminderRound: integer('reminder_round').notNull().default(0),
  /**
   * The newest notifications that were unread when an email was last accepted and that Tidings'
   * emails have carried: a copy of claims that are never deleted. The scan reads this first, and
   * often nothing else.
   */
  carriedIds: uuid('carried_ids').array(),
  /** The address, in lower case, that the provider has refused, and why. */
  refusedAddress: text('refused_address'),
  refusal: text('refusal'),
  /** How often in a row it has refused this address for this reason. */
  refusals: smallint('refusals').notNull().default(0),
  /** The address, in lower case, that has only bounced transiently of late, and until when it rests. */
  restingAddress: text('resting_address'),
  restingUntil: instant('resting_until'),
  /** How many rests in a row; each is twice as long as the one before. */
  rests: smallint('rests').notNull().default(0),
})

/**
 * When and what a recipient wants to be emailed; null is the default, and so is a missing row. The
 * rules read `paused_until`; the other columns are for rules to come, and nothing writes them yet.
 */
export const preferences = tidings.table('preferences', {
  userId: uuid('user_id').primaryKey(),
  frequency: text('frequency', { enum: frequencies }),
  /** 0 to 23, in `time_zone`. */
  hour: smallint('hour'),
  /** 1 (Monday) to 7. */
  weekday: smallint('weekday'),
  /** A name such as `Europe/Berlin`. */
  timeZone: text('time_zone'),
  /** As `21:00-08:00`. */
  quietHours: text('quiet_hours'),
  /** The days with emails, 1 (Monday) to 7. */
  weekdays: smallint('weekdays').array(),
  /** No email before this time. */
  pausedUntil: instant('paused_until'),
  /** Types of notifications that cause no email. */
  mutedTypes: text('muted_types').array(),
  /** Things that cause no email: { key, value, until }[], by a key of a notification's metadata. */
  mutes: jsonb('mutes'),
  updatedAt: instant('updated_at').notNull().defaultNow(),
  updatedBy: text('updated_by', { enum: preferenceSources }).notNull(),
})

/**
 * Addresses, in lower case, that get no email while `lifted_at` is null or before `since`. A lifted
 * one keeps its row, and so does the last lift if the address is suppressed again.
 */
export const suppressions = tidings.table('suppressions', {
  address: text('address').primaryKey(),
  reason: text('reason').notNull(),
  since: instant('since').notNull().defaultNow(),
  /** Where it comes from: an event of the provider, or a person. */
  source: text('source', { enum: suppressionSources }).notNull().default('event'),
  /** Who asked for it, as they named themselves. */
  suppressedBy: text('suppressed_by'),
  note: text('note'),
  liftedAt: instant('lifted_at'),
  liftedSource: text('lifted_source', { enum: suppressionSources }),
  liftedBy: text('lifted_by'),
})

export const runs = tidings.table(
  'runs',
  {
    id: uuid('id').primaryKey(),
    type: text('type', {
      enum: ['new_notifications', 'outstanding_reminder', 'all'],
    }).notNull(),
    trigger: text('trigger', {
      enum: ['schedule', 'http', 'cron_route', 'cli', 'dashboard'],
    }).notNull(),
    dryRun: boolean('dry_run').notNull().default(false),
    /** A dry run that writes `shadow_emails`, like every run started in shadow. */
    shadow: boolean('shadow').notNull().default(false),
    /** null: all users. */
    userIds: uuid('user_ids').array(),
    status: text('status', { enum: ['queued', 'running', 'completed', 'failed'] })
      .notNull()
      .default('queued'),
    error: text('error'),
    /** The last user that the scan has evaluated; committed with the batches found so far. */
    cursor: uuid('cursor'),
    scanDone: boolean('scan_done').notNull().default(false),
    /** Due users by type that do not fill a batch yet: { [emailType]: userId[] }. */
    remainder: jsonb('remainder').notNull().default({}),
    /** Counts of the scan; outcomes are counted from `deliveries`. */
    scanCounts: jsonb('scan_counts').notNull().default({}),
    /** When the first hold ends of those that the scan has found; null: it has found none. */
    heldUntil: instant('held_until'),
    createdAt: instant('created_at').notNull().defaultNow(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
  },
  table => [
    // Per type one run waits and one scans; a further trigger joins the waiting one.
    uniqueIndex('runs_one_queued_idx')
      .on(table.type)
      .where(sql`status = 'queued' and not dry_run and user_ids is null`),
    uniqueIndex('runs_one_scanning_idx')
      .on(table.type)
      .where(sql`status = 'running' and not scan_done and not dry_run and user_ids is null`),
    index('runs_created_at_idx').on(
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index('runs_unfinished_idx').on(table.id).where(sql`status in ('queued', 'running')`),
    check('runs_shadow_check', sql`dry_run or not shadow`),
  ],
)

/** The run that a request with an idempotency key has started or joined. */
export const runKeys = tidings.table('run_keys', {
  key: text('key').primaryKey(),
  runId: uuid('run_id')
    .notNull()
    .references(() => runs.id),
  /** The request itself, to distinguish a repeated request from a different one. */
  request: text('request').notNull(),
})

/** Up to 100 emails in one request. Its id is the idempotency key. */
export const batches = tidings.table(
  'batches',
  {
    id: uuid('id').primaryKey(),
    runId: uuid('run_id')
      .notNull()
      .references(() => runs.id),
    emailType: text('email_type', {
      enum: ['new_notifications', 'outstanding_reminder'],
    }).notNull(),
    /** The users that the scan found due; the claim evaluates them again. */
    userIds: uuid('user_ids').array().notNull(),
    state: text('state', { enum: ['planned', 'frozen', 'resolved'] })
      .notNull()
      .default('planned'),
    /** The request's exact JSON, compressed with zstd; readable until maintenance deletes it. */
    body: bytea('body'),
    /** Users no longer due at the claim: { [reason]: number }. */
    skipped: jsonb('skipped').notNull().default({}),
    attempts: smallint('attempts').notNull().default(0),
    /** How often a claim has failed and was postponed. */
    failures: smallint('failures').notNull().default(0),
    /** Why its last claim failed, or the host's row of one of its attempts could not be written. */
    error: text('error'),
    /** Until then another worker may have the request in flight. */
    leasedUntil: instant('leased_until'),
    nextAttemptAt: instant('next_attempt_at').notNull().defaultNow(),
    frozenAt: instant('frozen_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  table => [
    index('batches_unresolved_idx').on(table.nextAttemptAt).where(sql`state <> 'resolved'`),
    index('batches_run_id_idx').on(table.runId, table.state),
    // The bodies that maintenance deletes, oldest first.
    index('batches_body_kept_idx').on(table.frozenAt).where(sql`body is not null`),
  ],
)

/** One email to one recipient, under one idempotency key. */
export const deliveries = tidings.table(
  'deliveries',
  {
    id: uuid('id').primaryKey(),
    batchId: uuid('batch_id')
      .notNull()
      .references(() => batches.id),
    /** Index in the batch's request; null if the email could not be rendered. */
    position: smallint('position'),
    runId: uuid('run_id').notNull(),
    userId: uuid('user_id').notNull(),
    emailType: text('email_type', {
      enum: ['new_notifications', 'outstanding_reminder'],
    }).notNull(),
    address: text('address').notNull(),
    /** Where DELIVER_TO sent it instead; null: to `address`. */
    sentTo: text('sent_to'),
    /** Exactly as sent; null if the email could not be rendered. */
    subject: text('subject'),
    /**
     * When its oldest notification was created; the latency until acceptance is measured from here.
     */
    oldestAt: instant('oldest_at'),
    /** Why the host's row of an attempt could not be written; null if all were. */
    error: text('error'),
    /** `released`: refused through no fault of the recipient, who is in another batch now. */
    state: text('state', {
      enum: ['claimed', 'unknown', 'accepted', 'rejected', 'released'],
    }).notNull(),
    providerId: text('provider_id'),
    /** The furthest state that the provider's events have reported; null before the first event. */
    progress: text('progress', {
      enum: ['accepted', 'delayed', 'delivered', 'bounced', 'complained', 'suppressed', 'failed'],
    }),
    progressAt: instant('progress_at'),
    claimedAt: instant('claimed_at').notNull().defaultNow(),
    /** When its outcome became final; null while a request may be in flight or retried. */
    closedAt: instant('closed_at'),
  },
  table => [
    // At most one delivery of a user is in flight, whichever worker claims.
    uniqueIndex('deliveries_one_open_idx').on(table.userId).where(sql`closed_at is null`),
    // One email per user in a run: never both types, never the same twice.
    uniqueIndex('deliveries_one_a_run_idx')
      .on(table.runId, table.userId)
      .where(sql`state not in ('rejected', 'released')`),
    index('deliveries_batch_id_idx').on(table.batchId),
    index('deliveries_provider_id_idx').on(table.providerId),
    // Few rows, read by the metrics at every scrape.
    index('deliveries_unknown_idx').on(table.claimedAt).where(sql`state = 'unknown'`),
    // For the reputation limits, newest first.
    index('deliveries_progress_at_idx')
      .on(table.progressAt)
      .where(sql`progress in ('bounced', 'complained')`),
    index('deliveries_accepted_at_idx').on(table.closedAt).where(sql`state = 'accepted'`),
    index('deliveries_run_id_idx').on(table.runId, table.emailType, table.state),
  ],
)

/** Maps rows of the host's `notification_emails_sent` to attempts at a delivery. */
export const attempts = tidings.table(
  'attempts',
  {
    deliveryId: uuid('delivery_id')
      .notNull()
      .references(() => deliveries.id),
    number: smallint('number').notNull(),
    emailId: uuid('email_id').notNull().unique(),
  },
  table => [primaryKey({ columns: [table.deliveryId, table.number] })],
)

/** Reserves a notification for a delivery. Of all outcomes only a definite refusal deletes it. */
export const claims = tidings.table(
  'claims',
  {
    notificationId: uuid('notification_id').notNull(),
    emailType: text('email_type', {
      enum: ['new_notifications', 'outstanding_reminder'],
    }).notNull(),
    /** 0 for new_notifications; a reminder may claim a notification again in the next round. */
    round: integer('round').notNull(),
    deliveryId: uuid('delivery_id')
      .notNull()
      .references(() => deliveries.id),
  },
  table => [
    primaryKey({ columns: [table.notificationId, table.emailType, table.round] }),
    index('claims_delivery_id_idx').on(table.deliveryId),
    check('claims_round_check', sql`(email_type = 'new_notifications') = (round = 0)`),
  ],
)

/** An email that would have been sent if the service had not been in shadow. */
export const shadowEmails = tidings.table(
  'shadow_emails',
  {
    userId: uuid('user_id').notNull(),
    runId: uuid('run_id').notNull(),
    emailType: text('email_type', {
      enum: ['new_notifications', 'outstanding_reminder'],
    }).notNull(),
    /** All notifications that it would have carried. */
    notificationIds: uuid('notification_ids').array().notNull(),
    plannedAt: instant('planned_at').notNull().defaultNow(),
  },
  table => [
    // As in a real run, a user gets at most one email.
    primaryKey({ columns: [table.userId, table.runId] }),
    index('shadow_emails_planned_at_idx').on(table.plannedAt),
  ],
)

/** The provider's delivery events, as received; kept for a limited time. */
export const events = tidings.table(
  'events',
  {
    /** `svix-id`: the provider repeats an event under the same one. */
    id: text('id').primaryKey(),
    /** Null if the event is not about an email of Tidings. */
    deliveryId: uuid('delivery_id').references(() => deliveries.id),
    providerId: text('provider_id').notNull(),
    type: text('type').notNull(),
    /** When it happened, as reported by the provider. */
    happenedAt: instant('happened_at').notNull(),
    receivedAt: instant('received_at').notNull().defaultNow(),
    /** The provider's details of a bounce, a failure or a suppression. */
    detail: jsonb('detail'),
  },
  table => [
    index('events_delivery_id_idx').on(table.deliveryId),
    index('events_received_at_idx').on(table.receivedAt),
  ],
)

/**
 * What happened, for programs that follow it. One row stands for all emails of a batch that had the
 * same outcome, so that recording them costs little.
 */
export const changes = tidings.table(
  'changes',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** Its place in the feed; given after the commit, because ids are not committed in order. */
    position: bigint('position', { mode: 'number' }),
    type: text('type', { enum: changeTypes }).notNull(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
    by: text('by', { enum: changeSources }),
    /** Null if it is not about users. */
    userIds: uuid('user_ids').array(),
    /** The attempts, in the order of `user_ids`. */
    emailIds: uuid('email_ids').array(),
    runId: uuid('run_id'),
    detail: jsonb('detail'),
  },
  table => [
    uniqueIndex('changes_position_idx').on(table.position),
    index('changes_unnumbered_idx').on(table.id).where(sql`position is null`),
  ],
)

/** How far changes were numbered, and posted to EVENTS_URL. */
export const changeFeeds = tidings.table('change_feeds', {
  name: text('name').primaryKey(),
  position: bigint('position', { mode: 'number' }).notNull().default(0),
  /** The end of the batch that is being posted; each try has the same changes. */
  through: bigint('through', { mode: 'number' }),
  failures: smallint('failures').notNull().default(0),
  failingSince: instant('failing_since'),
  /** Nothing is posted before. */
  nextAt: instant('next_at').notNull().defaultNow(),
})

/**
 * The state of a provider account, shared by every process on this database: rate limiter, pauses
 * and circuit breaker.
 */
export const providerAccounts = tidings.table('lanes', {
  name: text('name').primaryKey(),
  /** The next free slot for a request. */
  nextAt: instant('next_at').notNull().defaultNow(),
  /** No longer used; workers of the previous release still write it. */
  moments: instant('moments').array().notNull().default([]),
  /** Requests per second, as the provider last reported; null before that. */
  learntRate: real('learnt_rate'),
  pausedUntil: instant('paused_until'),
  pauseReason: text('pause_reason'),
  /** Why sending is stopped until a person acts or a probe succeeds; null while sending is open. */
  stoppedReason: text('stopped_reason'),
  stoppedAt: instant('stopped_at'),
  /** How sending resumes: by a probe, or only by hand. */
  stoppedUntil: text('stopped_until', { enum: ['probe', 'resumed'] }),
  /** When the next probe is due; one process takes it. */
  probeAt: instant('probe_at'),
  /** The start of the bounce and complaint counts: resuming by hand ignores what came before. */
  countedFrom: instant('counted_from'),
  /** PUBLIC_URL of the deployment that sends from this database; null until one has started. */
  publicUrl: text('public_url'),
  /** A fingerprint of its provider key, never the key. */
  keyFingerprint: text('key_fingerprint'),
  /** When a worker of this database last looked for work. */
  workerSeenAt: instant('worker_seen_at'),
})

/** Dashboard sessions: a row exists until sign-out or until the session has expired. */
export const sessions = tidings.table('sessions', {
  /** A hash of the cookie's value, which cannot be used to sign in. */
  id: text('id').primaryKey(),
  endsAt: instant('ends_at').notNull(),
})
