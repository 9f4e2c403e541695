import { sql } from 'drizzle-orm'
import { importHistory } from '../adopt/import-history.ts'
import type { Database } from '../client/connect.ts'
import {
  notificationEmailsSent,
  notifications,
  suppressions,
  userPrivacySettings,
  users,
} from '../schema.ts'

/** A user of the demo data, with all related rows of the host's tables. */
export interface SeedUser {
  userId: string
  email: string
  username: string
  displayName: string | null
  /** null: no settings row. */
  emailsEnabled: boolean | null
  suppressed: boolean
  notifications: SeedNotification[]
  /** How many days ago the host's old job sent an email; null: never. */
  mailedDaysAgo: number | null
}

export interface SeedNotification {
  /** The same at each call, so that the email history can name it. */
  id: string
  type: string
  title: string
  message: string
  metadata: string | null
  daysAgo: number
  isRead: boolean
  isDeleted: boolean
}

/** What the users table holds before a demo. */
export type ExistingUsers = 'nobody' | 'demo users' | 'others'

export async function findExistingUsers(db: Database, demoUserId: string): Promise<ExistingUsers> {
  const [row] = await db.execute<{ any: boolean; ours: boolean }>(sql`
    select exists (select from ${users}) as any,
      exists (select from ${users} where userid = ${demoUserId}) as ours`)
  if (row?.ours) return 'demo users'
  return row?.any ? 'others' : 'nobody'
}

/** Writes the demo data into empty host tables, as the host would have, with its email history. */
export async function insertSeedUsers(db: Database, seedUsers: SeedUser[]): Promise<void> {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)
  await db.transaction(async tx => {
    await tx.insert(users).values(
      seedUsers.map(({ userId, email, username, displayName }) => ({
        userid: userId,
        email,
        username,
        publicDisplayName: displayName,
        createdAt: daysAgo(400),
      })),
    )
    await tx
      .insert(userPrivacySettings)
      .values(
        seedUsers.flatMap(({ userId, emailsEnabled }) =>
          emailsEnabled === null ? [] : { userId, notificationEmailsEnabled: emailsEnabled },
        ),
      )
    await tx.insert(notifications).values(
      seedUsers.flatMap(user =>
        user.notifications.map(({ daysAgo: age, type, ...notification }) => ({
          ...notification,
          type: type as (typeof notifications.$inferInsert)['type'],
          userId: user.userId,
          createdAt: daysAgo(age),
        })),
      ),
    )
    await tx.insert(notificationEmailsSent).values(
      seedUsers.flatMap(user => {
        const { userId, mailedDaysAgo } = user
        if (mailedDaysAgo === null) return []
        return {
          userId,
          emailType: 'new_notifications' as const,
          sentAt: daysAgo(mailedDaysAgo),
          notificationIds: carriedBy(user, mailedDaysAgo),
        }
      }),
    )
    await tx
      .insert(suppressions)
      .values(
        seedUsers.flatMap(({ suppressed, email }) =>
          suppressed ? { address: email.toLowerCase(), reason: 'bounced' } : [],
        ),
      )
  })
  for await (const _carried of importHistory(db));
}

/** The host's old job sent every notification that existed by then. */
function carriedBy({ notifications }: SeedUser, mailedDaysAgo: number): string[] {
  return notifications.filter(({ daysAgo }) => daysAgo > mailedDaysAgo).map(({ id }) => id)
}
