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
  recipients,
  runs,
  suppressions,
  userPrivacySettings,
  users,
} from '../../src/db/schema.ts'

const emailType = fc.constantFrom(...notificationEmailType.enumValues)
const one = (inMany: number) => fc.nat(inMany - 1).map(n => n === 0)
/** Days, often close to where a rule turns; as far off as a slow machine needs. */
const age = fc.oneof(
  fc.double({ min: 0.01, max: 70, noNaN: true }),
  fc.constantFrom(2.99, 3.01, 6.99, 7.01, 29.99, 30.01),
)
/** Null otherwise. */
const inPercent = <T>(percent: number, of: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: percent, arbitrary: of },
    { weight: 100 - percent, arbitrary: fc.constant(null) },
  )
const ODD = ['', 'mara', 'a@@b.c', 'Mara <m@b.c>', 'm@b.c\n', 'a@localhost', 'a@b.c,d@e.f']

/** A person with everything that the rules look at. */
const history = fc.record({
  notifications: fc.array(
    fc.record({
      age,
      isRead: one(4),
      isDeleted: one(5),
      /** By which delivery. */
      claimedBy: inPercent(50, fc.constantFrom('past' as const, 'latest' as const)),
    }),
    { maxLength: 6 },
  ),
  setting: inPercent(40, fc.boolean()),
  oddAddress: inPercent(10, fc.constantFrom(...ODD)),
  isSuppressed: one(10),
  /** As the host sent them, before there was a service or beside it. */
  emails: fc.array(
    fc.record({
      emailType,
      age,
      success: fc.boolean(),
      /** Whether it names the first notification; it may be older than that, as clocks have it. */
      namesOne: one(3),
    }),
    { maxLength: 2 },
  ),
  carriedUntil: inPercent(30, age),
  reminderRound: fc.nat(2),
  /** How many of the unread notifications that accepted emails have carried `recipients` knows of. */
  remembered: fc.constantFrom(null, 0, 1, 6),
  /** An email of ours that was accepted. */
  past: inPercent(60, age),
  /** One after it. */
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

/** Random people; the seed, printed by whoever fails, makes the same again. */
export function createUsers(count: number, seed: number): UserHistory[] {
  return fc.sample(history, { numRuns: count, seed }).map(of => ({ ...of, userId: randomUUID() }))
}

const DAY_MS = 86_400_000

/** Writes people with their histories, a statement a table. */
export async function insertUsers(db: Database, people: UserHistory[]): Promise<void> {
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS)
  const rows = {
    users: [] as (typeof users.$inferInsert)[],
    settings: [] as (typeof userPrivacySettings.$inferInsert)[],
    suppressions: [] as (typeof suppressions.$inferInsert)[],
    recipients: [] as (typeof recipients.$inferInsert)[],
    notifications: [] as (typeof notifications.$inferInsert)[],
    emails: [] as (typeof notificationEmailsSent.$inferInsert)[],
    deliveries: [] as (typeof deliveries.$inferInsert)[],
    batches: [] as (typeof batches.$inferInsert)[],
    runs: [] as (typeof runs.$inferInsert)[],
    attempts: [] as (typeof attempts.$inferInsert)[],
    claims: [] as (typeof claims.$inferInsert)[],
  }
  for (const person of people) {
    const { userId } = person
    const email = oddOr(person)
    rows.users.push({ userid: userId, username: userId, email })
    if (person.setting !== null) {
      rows.settings.push({ userId, notificationEmailsEnabled: person.setting })
    }
    if (person.isSuppressed) {
      rows.suppressions.push({ address: email.toLowerCase(), reason: 'bounced: General' })
    }
    const carriedUntil = person.carriedUntil === null ? null : ago(person.carriedUntil)
    const ids = person.notifications.map(({ age, isRead, isDeleted }) => {
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
    for (const { age, namesOne, ...email } of person.emails) {
      const named = namesOne ? ids.slice(0, 1) : []
      rows.emails.push({ userId, ...email, sentAt: ago(age), notificationIds: named })
    }
    const claimedBy = (which: 'past' | 'latest') =>
      ids.filter((_, index) => person.notifications[index]?.claimedBy === which)
    const known = person.notifications.flatMap(({ claimedBy, isRead, isDeleted }, index) => {
      const isCarried = claimedBy === 'past' ? person.past !== null : isAnnounced(person, claimedBy)
      return isCarried && !isRead && !isDeleted ? (ids[index] ?? []) : []
    })
    rows.recipients.push({
      userId,
      carriedUntil,
      reminderRound: person.reminderRound,
      carriedIds: person.remembered === null ? null : known.slice(0, person.remembered),
    })
    const past = person.past === null ? null : { state: 'accepted' as const, age: person.past }
    const ours = [
      past && { ...past, emailType: 'new_notifications' as const, ids: claimedBy('past') },
      person.latest && { ...person.latest, ids: claimedBy('latest') },
    ]
    for (const one of ours.filter(of => of !== null)) {
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
        // Its worker is at it for as long as any test lasts.
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
      const round =
        one.emailType === 'new_notifications' ? 0 : person.reminderRound + Number(isOpen)
      for (const notificationId of one.ids) {
        // The round of a reminder that is over begins with one.
        if (one.emailType === 'outstanding_reminder' && round === 0) continue
        const claim = { notificationId, emailType: one.emailType, round, deliveryId: id }
        rows.claims.push(claim)
      }
    }
  }
  await insert(rows.users, some => db.insert(users).values(some))
  await insert(rows.settings, some => db.insert(userPrivacySettings).values(some))
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

/** Whether the latest email was an accepted one of new notifications, and has carried this. */
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

/** Addresses are unique in the host; one that is odd stays so with an id in it. */
function oddOr({ oddAddress, userId }: UserHistory): string {
  return oddAddress === null ? `${userId}@Example.com` : `${oddAddress} ${userId}`
}

/** A statement for each thousand: PostgreSQL takes no more than 65,535 values. */
async function insert<T>(rows: T[], write: (some: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += 1_000) await write(rows.slice(at, at + 1_000))
}
