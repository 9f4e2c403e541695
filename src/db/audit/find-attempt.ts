import { sql } from 'drizzle-orm'
import type { AttemptDetail, NotificationRange } from '../../core/audit/audit.ts'
import { errorCode, outcomeOf } from '../../core/audit/outcome.ts'
import { isUuid } from '../../core/uuid.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inTransaction } from '../client/in-transaction.ts'
import { displayName } from '../rules/display-name.ts'
import { fromUtc } from '../rules/utc.ts'
import { attempts, events, notificationEmailsSent, notifications, runs, users } from '../schema.ts'
import {
  type AttemptRow,
  attemptColumns,
  attemptJoins,
  firstIds,
  toAttempt,
} from './attempt-row.ts'
import { readContent } from './read-content.ts'

/**
 * One attempt with everything that belongs to it, except for notifications beyond the range; null if there
 * is none with this id.
 */
export function findAttempt(
  db: Database,
  id: string,
  range: NotificationRange = firstIds,
): Promise<AttemptDetail | null> {
  return inTransaction(db, async tx => {
    const [row] = await tx.execute<AttemptRow>(sql`
      select ${attemptColumns(range)} from ${notificationEmailsSent} e ${attemptJoins}
      where e.id = ${id}::uuid`)
    if (!row) return null
    const attempt = toAttempt(row)
    const { delivery } = attempt
    const end = range.skip + range.limit
    return {
      ...attempt,
      nextNotification: end < attempt.notificationCount ? end : null,
      person: await findUser(tx, attempt.userId),
      run: delivery && (await findRun(tx, delivery.runId)),
      notifications: await readNotifications(tx, attempt.notificationIds),
      content: delivery && (await readContent(tx, delivery.id)),
      attempts: delivery ? await readAttempts(tx, delivery.id) : [],
      events: delivery ? await readEvents(tx, delivery.id) : [],
    }
  })
}

async function findUser(tx: Transaction, userId: string): Promise<AttemptDetail['person']> {
  const [user] = await tx.execute<{ name: string; address: string }>(sql`
    select ${displayName} as name, u.email as address
    from ${users} u where u.userid = ${userId}::uuid`)
  return user ?? null
}

async function findRun(tx: Transaction, runId: string): Promise<AttemptDetail['run']> {
  const { id, type, trigger, status, createdAt, finishedAt } = runs
  const [run] = await tx
    .select({ id, type, trigger, status, createdAt, finishedAt })
    .from(runs)
    .where(sql`id = ${runId}::uuid`)
  return run ?? null
}

/** Older histories may hold anything in the list of ids. */
async function readNotifications(
  tx: Transaction,
  ids: string[],
): Promise<AttemptDetail['notifications']> {
  const valid = ids.filter(isUuid)
  const rows = await tx.execute<{
    id: string
    type: string
    title: string
    message: string
    created_at: string
    is_read: boolean
    is_deleted: boolean
  }>(sql`
    select id, type::text, title, message, to_jsonb(created_at) as created_at, is_read, is_deleted
    from ${notifications} n where id = any(${sql.param(valid)}::uuid[])
    order by n.created_at desc, n.id desc`)
  return rows.map(({ created_at, is_read, is_deleted, ...row }) => ({
    ...row,
    createdAt: fromUtc(created_at),
    isRead: is_read,
    isDeleted: is_deleted,
  }))
}

async function readAttempts(
  tx: Transaction,
  deliveryId: string,
): Promise<AttemptDetail['attempts']> {
  const rows = await tx.execute<{
    id: string
    number: number
    sent_at: string
    success: boolean
    error_message: string | null
  }>(sql`
    select e.id, a.number, to_jsonb(e.sent_at) as sent_at, e.success, e.error_message
    from ${attempts} a join ${notificationEmailsSent} e on e.id = a.email_id
    where a.delivery_id = ${deliveryId}::uuid order by a.number`)
  return rows.map(({ id, number, sent_at, success, error_message: errorMessage }) => ({
    id,
    number,
    sentAt: fromUtc(sent_at),
    outcome: outcomeOf(success, errorCode(errorMessage)),
    errorMessage,
  }))
}

function readEvents(tx: Transaction, deliveryId: string): Promise<AttemptDetail['events']> {
  const { id, type, happenedAt, detail } = events
  return tx
    .select({ id, type, happenedAt, detail })
    .from(events)
    .where(sql`delivery_id = ${deliveryId}::uuid`)
    .orderBy(happenedAt, id)
}
