import { eq } from 'drizzle-orm'
import { expect } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import { runs } from '../../src/db/schema.ts'
import { addDueUsers } from './host.ts'
import { tagsOf } from './provider-event.ts'
import { deliveryOf, receiveEvent } from './record-event.ts'
import { addRun, claimNow } from './service-parts.ts'

export const PENDING = expect.stringMatching(/^pending: /)
export const UNKNOWN = expect.stringMatching(/^unknown: /)

/** Creates a claimed batch with a pending request for this many users. */
export async function startInFlightEmail(db: Database, count = 1) {
  const userIds = await addDueUsers(db, count)
  const runId = await addRun(db)
  const batch = await claimNow(db, userIds, { runId })
  const receive = (type: string, userId = userIds[0] ?? '', emailId = `e-${userId}`) =>
    receiveEventFor(db, type, userId, emailId)
  return { userIds, userId: userIds[0] ?? '', runId, batch, receive }
}

export async function receiveEventFor(db: Database, type: string, userId: string, emailId: string) {
  const { id } = await deliveryOf(db, userId)
  return receiveEvent(db, type, { emailId, tags: tagsOf(id) })
}

export const statusOf = async (db: Database, runId: string) =>
  (await db.select().from(runs).where(eq(runs.id, runId)))[0]?.status
