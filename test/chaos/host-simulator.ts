import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/client/connect.ts'
import { notifications, users } from '../../src/db/schema.ts'
import type { Random } from '../support/random.ts'

export interface HostSimulator {
  /** The number of notifications added so far. */
  readonly added: number
  /** Performs one random action of the application or its users. */
  act(): Promise<void>
}

/** Simulates an application whose users get, read and delete notifications and change their setting. */
export async function createHost(
  db: Database,
  random: Random,
  userCount: number,
): Promise<HostSimulator> {
  const userIds = Array.from({ length: userCount }, () => randomUUID())
  await db
    .insert(users)
    .values(userIds.map(userid => ({ userid, username: userid, email: `${userid}@example.com` })))
  let added = 0

  async function add(): Promise<void> {
    const count = 1 + random.below(4)
    const old = random.chance(0.1)
    const createdAt = new Date(Date.now() - (old ? 40 * 86_400_000 : 0))
    await db.insert(notifications).values(
      Array.from({ length: count }, () => ({
        userId: random.pick(userIds),
        type: 'comment_received' as const,
        title: 'Mara commented on your cover',
        message: 'That bridge!',
        createdAt,
      })),
    )
    added += count
  }

  return {
    get added() {
      return added
    },
    async act() {
      const roll = random.next()
      const userId = random.pick(userIds)
      if (roll < 0.7) await add()
      else if (roll < 0.85) {
        await db.execute(sql`update notifications set is_read = true, read_at = now()
          where user_id = ${userId} and not is_read`)
      } else if (roll < 0.92) {
        await db.execute(sql`update notifications set is_deleted = true where id in (
          select id from notifications where user_id = ${userId} order by id limit 1)`)
      } else {
        const enabled = random.chance(0.6)
        await db.execute(sql`
          insert into user_privacy_settings (user_id, notification_emails_enabled)
          values (${userId}, ${enabled})
          on conflict (user_id) do update set notification_emails_enabled = ${enabled}`)
      }
    },
  }
}
