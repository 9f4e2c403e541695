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

/** A person of the made-up community, with all that the host's tables would hold of them. */
export interface SeedUser {
  userId: string
  email: string
  username: string
  displayName: string | null
  /** null: no settings row. */
  emailsEnabled: boolean | null
  suppressed: boolean
  notifications: SeedNotification[]
  /** Days ago at which the host's old job has mailed them; null: never. */
  mailedDaysAgo: number | null
}

export interface SeedNotification {
  /** The same at each call, so that the mail history can name it. */
  id: string
  type: string
  title: string
  message: string
  metadata: string | null
  daysAgo: number
  isRead: boolean
  isDeleted: boolean
}

/** What stands in the users table before a demo. */
export type ExistingUsers = 'nobody' | 'the community' | 'others'

export async function findExistingUsers(db: Database, ourUserId: string): Promise<ExistingUsers> {
  const [row] = await db.execute<{ any: boolean; ours: boolean }>(sql`
    select exists (select from ${users}) as any,
      exists (select from ${users} where userid = ${ourUserId}) as ours`)
  if (row?.ours) return 'the community'
  return row?.any ? 'others' : 'nobody'
}

/** Writes a community into empty host tables, as the host would have, mail history included. */
export async function insertSeedUsers(db: Database, members: SeedUser[]): Promise<void> {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)
  await db.transaction(async tx => {
    await tx.insert(users).values(
      members.map(({ userId, email, username, displayName }) => ({
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
        members.flatMap(({ userId, emailsEnabled }) =>
          emailsEnabled === null ? [] : { userId, notificationEmailsEnabled: emailsEnabled },
        ),
      )
    await tx.insert(notifications).values(
      members.flatMap(member =>
        member.notifications.map(({ daysAgo: age, type, ...notification }) => ({
          ...notification,
          type: type as (typeof notifications.$inferInsert)['type'],
          userId: member.userId,
          createdAt: daysAgo(age),
        })),
      ),
    )
    await tx.insert(notificationEmailsSent).values(
      members.flatMap(member => {
        const { userId, mailedDaysAgo } = member
        if (mailedDaysAgo === null) return []
        return {
          userId,
          emailType: 'new_notifications' as const,
          sentAt: daysAgo(mailedDaysAgo),
          notificationIds: carriedBy(member, mailedDaysAgo),
        }
      }),
    )
    await tx
      .insert(suppressions)
      .values(
        members.flatMap(({ suppressed, email }) =>
          suppressed ? { address: email.toLowerCase(), reason: 'bounced' } : [],
        ),
      )
  })
  for await (const _carried of importHistory(db));
}

/** The host's old job mailed all that there was by then. */
function carriedBy({ notifications }: SeedUser, mailedDaysAgo: number): string[] {
  return notifications.filter(({ daysAgo }) => daysAgo > mailedDaysAgo).map(({ id }) => id)
}
