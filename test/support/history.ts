import { randomUUID } from 'node:crypto'
import type { Attempt, AttemptFilter, AttemptPosition } from '../../src/core/audit/audit.ts'
import { listAttempts } from '../../src/db/audit/list-attempts.ts'
import type { Database } from '../../src/db/client/connect.ts'
import { notificationEmailsSent } from '../../src/db/schema.ts'

type Row = typeof notificationEmailsSent.$inferInsert

/** Adds an attempt, accepted by default, as another program would. Resolves to its id. */
export async function addAttempt(
  db: Database,
  userId: string,
  fields: Partial<Row> = {},
): Promise<string> {
  const id = randomUUID()
  await db
    .insert(notificationEmailsSent)
    .values({ id, userId, emailType: 'new_notifications', notificationIds: [], ...fields })
  return id
}

/** A failed attempt with this error line. */
export const failed = (errorMessage: string): Partial<Row> => ({ success: false, errorMessage })

/** Reads all pages. */
export async function listAll(
  db: Database,
  filter: AttemptFilter = {},
  limit = 100,
  between: () => Promise<unknown> = async () => {},
): Promise<Attempt[]> {
  const all: Attempt[] = []
  for (let after: AttemptPosition | null | undefined; after !== null; ) {
    const page = await listAttempts(db, filter, limit, after)
    all.push(...page.attempts)
    after = page.next
    await between()
  }
  return all
}

export const idsOf = (attempts: { id: string }[]) => attempts.map(attempt => attempt.id)
