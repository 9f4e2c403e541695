import { sql } from 'drizzle-orm'
import {
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
import { fromUtc } from './rules/utc.ts'

// ── The host's tables ───────────────────────────────────────────────────────────────────────────
// The service reads and writes these beside the application and never changes their columns.
// Their `timestamp` columns hold UTC. Each connection has their schema: see `qualifyHostTables`.

/** A host's `timestamp` in UTC; where it is a `timestamptz` instead, it is read and written as well. */
const utcTime = customType<{ data: Date; driverData: string }>({
  dataType: () => 'timestamp',
  fromDriver: fromUtc,
  toDriver: time => time.toISOString(),
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
    // Ours: the scan reads nothing else, so its cost follows what is unread, not what is stored.
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
    // Ours: the cool-down's probe, and one person's history.
    index('notification_emails_sent_user_id_sent_at_idx').on(
      table.userId,
      table.sentAt.desc().nullsFirst(),
    ),
    // Ours: the list, its pages, and what is counted of a day. Ascending, though it is read backwards:
    // at its right end it grows by less than at its left.
    index('notification_emails_sent_sent_at_id_idx').on(table.sentAt, table.id),
    // Ours: failures with a code. docs/decisions/audit-indexes.md says what each index costs.
    index('notification_emails_sent_error_code_idx')
      .on(sql`split_part("left"(error_message, 64), ':', 1)`, table.sentAt, table.id)
      .where(
        sql`not success and coalesce(split_part("left"(error_message, 64), ':', 1), '') <> 'pending'`,
      ),
  ],
)

// ── The service's own tables ────────────────────────────────────────────────────────────────────
// None has a foreign key into the host's tables: a key would add triggers there and could stop the
// application from deleting a user.

export const tidings = pgSchema('tidings')

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
const instant = (name: string) => timestamp(name, { withTimezone: true })

/** What the service knows of a person; the claim locks this row, never the host's. */
export const recipients = tidings.table('recipients', {
  userId: uuid('user_id').primaryKey(),
  /** Notifications up to this UTC time count as carried by an email from before adoption. */
  carriedUntil: timestamp('carried_until'),
  /** How many reminders were accepted; the next claim of a reminder is for the round after it. */
  reminderRound: integer('reminder_round').notNull().default(0),
  /**
   * Of what was unread when an email was last accepted, the newest that emails of ours have carried: a
   * copy of claims that nothing deletes any more. The scan looks here first, and often only here.
   */
  carriedIds: uuid('carried_ids').array(),
})

/** Addresses, in lower case, that are never mailed. */
export const suppressions = tidings.table('suppressions', {
  address: text('address').primaryKey(),
  reason: text('reason').notNull(),
  since: instant('since').notNull().defaultNow(),
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
    /** A dry run that leaves `shadow_emails`, as every run does that was started in shadow. */
    shadow: boolean('shadow').notNull().default(false),
    /** null: everybody. */
    userIds: uuid('user_ids').array(),
    status: text('status', { enum: ['queued', 'running', 'completed', 'failed'] })
      .notNull()
      .default('queued'),
    error: text('error'),
    /** The last user the scan has looked at; committed with the batches found up to there. */
    cursor: uuid('cursor'),
    scanDone: boolean('scan_done').notNull().default(false),
    /** Due users by type that did not fill a batch yet: { [emailType]: userId[] }. */
    remainder: jsonb('remainder').notNull().default({}),
    /** What the scan counted; the deliveries' outcomes are counted from `deliveries`. */
    scanCounts: jsonb('scan_counts').notNull().default({}),
    createdAt: instant('created_at').notNull().defaultNow(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
  },
  table => [
    // One run of a type waits and one scans; a further trigger joins the one that waits.
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

/** Which run an idempotency key has asked for: one it started, or one it joined. */
export const runKeys = tidings.table('run_keys', {
  key: text('key').primaryKey(),
  runId: uuid('run_id')
    .notNull()
    .references(() => runs.id),
  /** The request as it was asked, to tell a repetition from another request. */
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
    /** Whom the scan found due; the claim looks again. */
    userIds: uuid('user_ids').array().notNull(),
    state: text('state', { enum: ['planned', 'frozen', 'resolved'] })
      .notNull()
      .default('planned'),
    /** The request's exact JSON, zstd; what was sent can be read here until housekeeping drops it. */
    body: bytea('body'),
    /** Users the claim found no longer due: { [reason]: number }. */
    skipped: jsonb('skipped').notNull().default({}),
    attempts: smallint('attempts').notNull().default(0),
    /** Until then another worker may have the request under way. */
    leasedUntil: instant('leased_until'),
    nextAttemptAt: instant('next_attempt_at').notNull().defaultNow(),
    frozenAt: instant('frozen_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  table => [
    index('batches_unresolved_idx').on(table.nextAttemptAt).where(sql`state <> 'resolved'`),
    index('batches_run_id_idx').on(table.runId, table.state),
    // What housekeeping is to drop, oldest first.
    index('batches_body_kept_idx').on(table.frozenAt).where(sql`body is not null`),
  ],
)

/** One email to one person, under one idempotency key. */
export const deliveries = tidings.table(
  'deliveries',
  {
    id: uuid('id').primaryKey(),
    batchId: uuid('batch_id')
      .notNull()
      .references(() => batches.id),
    /** Index in the batch's request; null where no email could be rendered. */
    position: smallint('position'),
    runId: uuid('run_id').notNull(),
    userId: uuid('user_id').notNull(),
    emailType: text('email_type', {
      enum: ['new_notifications', 'outstanding_reminder'],
    }).notNull(),
    address: text('address').notNull(),
    /** Where DELIVER_TO had it go instead; null: to `address`. */
    sentTo: text('sent_to'),
    /** Exactly as it was sent; null where no email could be rendered. */
    subject: text('subject'),
    /** When the oldest notification in it was created: what its acceptance is measured from. */
    oldestAt: instant('oldest_at'),
    /** `released`: refused for no fault of the recipient's; somebody else's batch has them now. */
    state: text('state', {
      enum: ['claimed', 'unknown', 'accepted', 'rejected', 'released'],
    }).notNull(),
    providerId: text('provider_id'),
    /** The furthest that the provider's events have told; null until one has come. */
    progress: text('progress', {
      enum: ['accepted', 'delayed', 'delivered', 'bounced', 'complained', 'suppressed', 'failed'],
    }),
    progressAt: instant('progress_at'),
    claimedAt: instant('claimed_at').notNull().defaultNow(),
    /** When its outcome became final; null while a request may still be under way or repeated. */
    closedAt: instant('closed_at'),
  },
  table => [
    // One delivery in flight a person, whoever claims.
    uniqueIndex('deliveries_one_open_idx').on(table.userId).where(sql`closed_at is null`),
    // One email a person in one run: never both types, never the same twice.
    uniqueIndex('deliveries_one_a_run_idx')
      .on(table.runId, table.userId)
      .where(sql`state not in ('rejected', 'released')`),
    index('deliveries_batch_id_idx').on(table.batchId),
    index('deliveries_provider_id_idx').on(table.providerId),
    // Few, and looked at by the metrics as often as somebody scrapes them.
    index('deliveries_unknown_idx').on(table.claimedAt).where(sql`state = 'unknown'`),
    // What the circuit breaker counts, newest first.
    index('deliveries_progress_at_idx')
      .on(table.progressAt)
      .where(sql`progress in ('bounced', 'complained')`),
    index('deliveries_accepted_at_idx').on(table.closedAt).where(sql`state = 'accepted'`),
    index('deliveries_run_id_idx').on(table.runId, table.emailType, table.state),
  ],
)

/** Which row of the host's `notification_emails_sent` is which try at which delivery. */
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

/** What reserves a notification for a delivery. A definite refusal deletes it, nothing else does. */
export const claims = tidings.table(
  'claims',
  {
    notificationId: uuid('notification_id').notNull(),
    emailType: text('email_type', {
      enum: ['new_notifications', 'outstanding_reminder'],
    }).notNull(),
    /** 0 for new_notifications; a reminder may claim a notification again, in the next round. */
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

/** An email that would have been sent, had the service not been in shadow. */
export const shadowEmails = tidings.table(
  'shadow_emails',
  {
    userId: uuid('user_id').notNull(),
    runId: uuid('run_id').notNull(),
    emailType: text('email_type', {
      enum: ['new_notifications', 'outstanding_reminder'],
    }).notNull(),
    /** All that it would have stood for. */
    notificationIds: uuid('notification_ids').array().notNull(),
    plannedAt: instant('planned_at').notNull().defaultNow(),
  },
  table => [
    // As of real ones, a person gets one in a run.
    primaryKey({ columns: [table.userId, table.runId] }),
    index('shadow_emails_planned_at_idx').on(table.plannedAt),
  ],
)

/** The provider's delivery events, as they came; kept for a set time. */
export const events = tidings.table(
  'events',
  {
    /** `svix-id`: the provider repeats an event under the same one. */
    id: text('id').primaryKey(),
    /** Null where the event is about an email that is not ours. */
    deliveryId: uuid('delivery_id').references(() => deliveries.id),
    providerId: text('provider_id').notNull(),
    type: text('type').notNull(),
    /** When it happened, as the provider tells. */
    happenedAt: instant('happened_at').notNull(),
    receivedAt: instant('received_at').notNull().defaultNow(),
    /** What the provider says of a bounce, a failure or a suppression. */
    detail: jsonb('detail'),
  },
  table => [
    index('events_delivery_id_idx').on(table.deliveryId),
    index('events_received_at_idx').on(table.receivedAt),
  ],
)

/** The provider's request budget, shared by every process on this database. */
export const providerAccounts = tidings.table('lanes', {
  name: text('name').primaryKey(),
  /** The next free slot for a request. */
  nextAt: instant('next_at').notNull().defaultNow(),
  /** No longer used; workers of the previous release still write it. */
  moments: instant('moments').array().notNull().default([]),
  /** Requests a second as the provider last told; null until it has. */
  learntRate: real('learnt_rate'),
  pausedUntil: instant('paused_until'),
  pauseReason: text('pause_reason'),
  /** Why nothing is sent until somebody acts or a probe succeeds; null while sending is open. */
  stoppedReason: text('stopped_reason'),
  stoppedAt: instant('stopped_at'),
  /** How sending resumes: by a probe, or only by hand. */
  stoppedUntil: text('stopped_until', { enum: ['probe', 'resumed'] }),
  /** When the next probe may go; one process at a time takes it. */
  probeAt: instant('probe_at'),
  /** What the circuit breaker counts from: a resume by hand forgives what came before. */
  countedFrom: instant('counted_from'),
  /** PUBLIC_URL of the deployment that sends from this database; null until one has started. */
  publicUrl: text('public_url'),
  /** A fingerprint of its provider key, never the key. */
  keyFingerprint: text('key_fingerprint'),
})

/** Who is signed in to the dashboard: a row until they sign out, or the session is over. */
export const sessions = tidings.table('sessions', {
  /** A hash of what the cookie holds: what is stored here signs nobody in. */
  id: text('id').primaryKey(),
  endsAt: instant('ends_at').notNull(),
})
