import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { nothingScanned } from '../../src/core/scan/plan-page.ts'
import type { Database } from '../../src/db/client/connect.ts'
import {
  attempts,
  batches,
  claims,
  deliveries,
  notificationEmailsSent,
  notificationEmailType,
  notifications,
  preferences,
  recipients,
  runs,
  suppressions,
  userPrivacySettings,
  users,
} from '../../src/db/schema.ts'

const emailType = fc.constantFrom(...notificationEmailType.enumValues)
const one = (inMany: number) => fc.nat(inMany - 1).map(n => n === 0)
/** Ages in days, often close to a rule's limit, with a margin for slow machines. */
const age = fc.oneof(
  fc.double({ min: 0.01, max: 70, noNaN: true }),
  fc.constantFrom(2.99, 3.01, 6.99, 7.01, 29.99, 30.01),
)
/** A value with this probability, otherwise null. */
const inPercent = <T>(percent: number, of: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: percent, arbitrary: of },
    { weight: 100 - percent, arbitrary: fc.constant(null) },
  )
const INVALID_ADDRESSES = [
  '',
  'mara',
  'a@@b.c',
  'Mara <m@b.c>',
  'm@b.c\n',
  'a@localhost',
  'a@b.c,d@e.f',
]

/** A user with all data that the rules depend on. */
const history = fc.record({
  notifications: fc.array(
    fc.record({
      age,
      isRead: one(4),
      isDeleted: one(5),
      /** The delivery that claimed it. */
      claimedBy: inPercent(50, fc.constantFrom('past' as const, 'latest' as const)),
    }),
    { maxLength: 6 },
  ),
  setting: inPercent(40, fc.boolean()),
  invalidAddress: inPercent(10, fc.constantFrom(...INVALID_ADDRESSES)),
  isSuppressed: one(8),
  /** Three times in a row. */
  isRefused: one(12),
  /** When a rest of the address ended, in days; negative: it has not ended. */
  restEnded: inPercent(15, fc.constantFrom(-13, -0.01, 0.01, 20)),
  /** When a pause ended, in days; negative: it has not ended. */
  pauseEnded: inPercent(15, fc.constantFrom(-13, -0.01, 0.01, 20)),
  /** Whether its last suppression was lifted: before it was suppressed again, or after. */
  lifted: inPercent(40, fc.constantFrom('before' as const, 'after' as const)),
  /** At a domain of its own, for a guard to refuse. */
  isElsewhere: one(8),
  /** Emails that the host sent, before or beside the service. */
  emails: fc.array(
    fc.record({
      emailType,
      age,
      success: fc.boolean(),
      /** Whether it names the first notification, which may even be newer than the email. */
      namesOne: one(3),
    }),
    { maxLength: 2 },
  ),
  carriedUntil: inPercent(30, age),
  reminderRound: fc.nat(2),
  /** How many of the carried unread notifications `recipients.carried_ids` has. */
  remembered: fc.constantFrom(null, 0, 1, 6),
  /** The age of an accepted email of the service. */
  past: inPercent(60, age),
  /** A later email. */
  latest: inPercent(
    40,
    fc.record({
      emailType,
      age,
      state: fc.constantFrom('under way', 'in doubt', 'unknown', 'accepted', 'rejected'),
    }),
  ),
})

export type History = typeof history extends fc.Arbitrary<infer T> ? T : never
export type UserHistory = History & { userId: string }

/** Creates random users. The same seed, which a failing test prints, creates the same users. */
export function createUsers(count: number, seed: number): UserHistory[] {
  return fc.sample(history, { numRuns: count, seed }).map(of => ({ ...of, userId: randomUUID() }))
}

const DAY_MS = 86_400_000

/** Inserts users with their histories. */
export async function insertUsers(db: Database, histories: UserHistory[]): Promise<void> {
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS)
  const rows = {
    users: [] as (typeof users.$inferInsert)[],
    settings: [] as (typeof userPrivacySettings.$inferInsert)[],
    suppressions: [] as (typeof suppressions.$inferInsert)[],
    recipients: [] as (typeof recipients.$inferInsert)[],
    preferences: [] as (typeof preferences.$inferInsert)[],
    notifications: [] as (typeof notifications.$inferInsert)[],
    emails: [] as (typeof notificationEmailsSent.$inferInsert)[],
    deliveries: [] as (typeof deliveries.$inferInsert)[],
    batches: [] as (typeof batches.$inferInsert)[],
    runs: [] as (typeof runs.$inferInsert)[],
    attempts: [] as (typeof attempts.$inferInsert)[],
    claims: [] as (typeof claims.$inferInsert)[],
  }
  for (const user of histories) {
    const { userId } = user
    const email = addressOf(user)
    rows.users.push({ userid: userId, username: userId, email })
    if (user.setting !== null) {
      rows.settings.push({ userId, notificationEmailsEnabled: user.setting })
    }
    if (user.pauseEnded !== null) {
      rows.preferences.push({ userId, pausedUntil: ago(user.pauseEnded), updatedBy: 'link' })
    }
    if (user.isSuppressed) {
      const lifts = { before: ago(2), after: ago(0.5) }
      rows.suppressions.push({
        address: email.toLowerCase(),
        reason: 'bounced: General',
        since: ago(1),
        liftedAt: user.lifted && lifts[user.lifted],
      })
    }
    const carriedUntil = user.carriedUntil === null ? null : ago(user.carriedUntil)
    const ids = user.notifications.map(({ age, isRead, isDeleted }) => {
      const id = randomUUID()
      rows.notifications.push({
        id,
        userId,
        type: 'comment_received',
        title: 'Mara commented on your cover',
        message: 'That bridge!',
        createdAt: ago(age),
        isRead,
        isDeleted,
      })
      return id
    })
    for (const { age, namesOne, ...email } of user.emails) {
      const named = namesOne ? ids.slice(0, 1) : []
      rows.emails.push({ userId, ...email, sentAt: ago(age), notificationIds: named })
    }
    const claimedBy = (which: 'past' | 'latest') =>
      ids.filter((_, index) => user.notifications[index]?.claimedBy === which)
    const known = user.notifications.flatMap(({ claimedBy, isRead, isDeleted }, index) => {
      const isCarried = claimedBy === 'past' ? user.past !== null : isAnnounced(user, claimedBy)
      return isCarried && !isRead && !isDeleted ? (ids[index] ?? []) : []
    })
    rows.recipients.push({
      userId,
      carriedUntil,
      reminderRound: user.reminderRound,
      refusedAddress: email.toLowerCase(),
      refusal: 'validation_error: as expected',
      refusals: user.isRefused ? 3 : 2,
      restingAddress: email.toLowerCase(),
      restingUntil: user.restEnded === null ? null : ago(user.restEnded),
      rests: user.restEnded === null ? 0 : 1,
      carriedIds: user.remembered === null ? null : known.slice(0, user.remembered),
    })
    const past = user.past === null ? null : { state: 'accepted' as const, age: user.past }
    const sent = [
      past && { ...past, emailType: 'new_notifications' as const, ids: claimedBy('past') },
      user.latest && { ...user.latest, ids: claimedBy('latest') },
    ]
    for (const one of sent.filter(of => of !== null)) {
      const [runId, batchId, id, emailId] = Array.from({ length: 4 }, () => randomUUID())
      if (!runId || !batchId || !id || !emailId) throw new Error('no ids')
      const isOpen = one.state === 'under way' || one.state === 'in doubt'
      const at = ago(one.age)
      rows.runs.push({
        id: runId,
        type: 'all',
        trigger: 'http',
        userIds: [userId],
        status: 'completed',
        scanDone: true,
        scanCounts: nothingScanned(),
        createdAt: at,
        finishedAt: at,
      })
      rows.batches.push({
        id: batchId,
        runId,
        emailType: one.emailType,
        userIds: [userId],
        state: isOpen ? 'frozen' : 'resolved',
        // Leased for longer than any test runs.
        leasedUntil: isOpen ? ago(-1) : null,
        nextAttemptAt: ago(-1),
        createdAt: at,
        frozenAt: at,
      })
      rows.deliveries.push({
        id,
        batchId,
        runId,
        userId,
        position: 0,
        emailType: one.emailType,
        address: email,
        state: states[one.state],
        claimedAt: at,
        closedAt: isOpen ? null : at,
      })
      rows.emails.push({
        id: emailId,
        userId,
        emailType: one.emailType,
        sentAt: at,
        notificationIds: one.ids,
        success: one.state === 'accepted',
        errorMessage: one.state === 'accepted' ? null : errors[one.state],
      })
      rows.attempts.push({ deliveryId: id, number: 1, emailId })
      if (one.state === 'rejected') continue
      const round = one.emailType === 'new_notifications' ? 0 : user.reminderRound + Number(isOpen)
      for (const notificationId of one.ids) {
        // The round of a finished reminder is at least 1.
        if (one.emailType === 'outstanding_reminder' && round === 0) continue
        const claim = { notificationId, emailType: one.emailType, round, deliveryId: id }
        rows.claims.push(claim)
      }
    }
  }
  await insert(rows.users, some => db.insert(users).values(some))
  await insert(rows.settings, some => db.insert(userPrivacySettings).values(some))
  await insert(rows.preferences, some => db.insert(preferences).values(some))
  await insert(rows.suppressions, some => db.insert(suppressions).values(some))
  await insert(rows.recipients, some => db.insert(recipients).values(some))
  await insert(rows.notifications, some => db.insert(notifications).values(some))
  await insert(rows.emails, some => db.insert(notificationEmailsSent).values(some))
  await insert(rows.runs, some => db.insert(runs).values(some))
  await insert(rows.batches, some => db.insert(batches).values(some))
  await insert(rows.deliveries, some => db.insert(deliveries).values(some))
  await insert(rows.attempts, some => db.insert(attempts).values(some))
  await insert(rows.claims, some => db.insert(claims).values(some))
}

/** Whether the latest email was an accepted `new_notifications` email that carried this. */
function isAnnounced({ latest }: UserHistory, claimedBy: 'latest' | null): boolean {
  const isAccepted = latest?.state === 'accepted' && latest.emailType === 'new_notifications'
  return claimedBy === 'latest' && isAccepted
}

const states = {
  'under way': 'claimed',
  'in doubt': 'unknown',
  unknown: 'unknown',
  accepted: 'accepted',
  rejected: 'rejected',
} as const

const errors = {
  'under way': 'pending: the request may be in flight',
  'in doubt': 'network: reset',
  unknown: 'unknown: no answer was recorded for this attempt',
  rejected: 'validation_error: bad',
} as const

/** The address, made unique with the user's id, since addresses are unique in the host. */
function addressOf({ invalidAddress, isElsewhere, userId }: UserHistory): string {
  if (invalidAddress !== null) return `${invalidAddress} ${userId}`
  return `${userId}@${isElsewhere ? 'Elsewhere.example' : 'Example.com'}`
}

/** Inserts 1,000 rows per statement, because PostgreSQL allows at most 65,535 parameters. */
async function insert<T>(rows: T[], write: (some: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += 1_000) await write(rows.slice(at, at + 1_000))
}
