import { randomUUID } from 'node:crypto'
import { and, asc, eq } from 'drizzle-orm'
import type { Database } from '../../src/db/client/connect.ts'
import {
  notificationEmailsSent,
  notifications,
  userPrivacySettings,
  users,
} from '../../src/db/schema.ts'

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

/** Adds a user, as the host would. Resolves to the user's id. */
export async function addUser(
  db: Database,
  { email, name, emailsEnabled }: { email?: string; name?: string; emailsEnabled?: boolean } = {},
): Promise<string> {
  const userid = randomUUID()
  const username = name ?? `user-${userid.slice(0, 8)}`
  await db.insert(users).values({ userid, username, email: email ?? `${userid}@example.com` })
  if (emailsEnabled !== undefined) {
    await db
      .insert(userPrivacySettings)
      .values({ userId: userid, notificationEmailsEnabled: emailsEnabled })
  }
  return userid
}

export interface NotificationFields {
  /** Its age in days, 0.1 by default. */
  days?: number
  title?: string
  message?: string
  metadata?: string
  type?: (typeof notifications.$inferInsert)['type']
  isRead?: boolean
  isDeleted?: boolean
}

/** Adds an unread notification. Resolves to its id. */
export async function addNotification(
  db: Database,
  userId: string,
  { days = 0.1, ...fields }: NotificationFields = {},
): Promise<string> {
  const id = randomUUID()
  await db.insert(notifications).values({
    id,
    userId,
    type: 'comment_received',
    title: 'Mara commented on your cover',
    message: 'That bridge!',
    createdAt: daysAgo(days),
    ...fields,
  })
  return id
}

/** Adds users with one new notification each. Resolves to their ids. */
export async function addDueUsers(db: Database, count: number): Promise<string[]> {
  const userIds = Array.from({ length: count }, () => randomUUID())
  await db
    .insert(users)
    .values(userIds.map(userid => ({ userid, username: userid, email: `${userid}@example.com` })))
  await db.insert(notifications).values(
    userIds.map(userId => ({
      userId,
      type: 'comment_received' as const,
      title: 'Mara commented on your cover',
      message: 'That bridge!',
      createdAt: daysAgo(0.1),
    })),
  )
  return userIds
}

/** The attempts for a user, or for all users, oldest first. */
export function readAttempts(db: Database, userId?: string) {
  return db
    .select()
    .from(notificationEmailsSent)
    .where(and(userId ? eq(notificationEmailsSent.userId, userId) : undefined))
    .orderBy(asc(notificationEmailsSent.sentAt))
}
