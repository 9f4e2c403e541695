import { sql } from 'drizzle-orm'
import { addressSpellings } from '../../core/email-address.ts'
import { readContent } from '../audit/read-content.ts'
import { changeItems } from '../changes/change-row.ts'
import type { Database, Transaction } from '../client/connect.ts'
import { inSnapshot } from '../client/in-transaction.ts'
import { hostText } from '../rules/host-text.ts'
import {
  batches,
  changes,
  claims,
  deliveries,
  events,
  preferences,
  recipients,
  shadowEmails,
  suppressions,
  userPrivacySettings,
  users,
} from '../schema.ts'

/**
 * Everything stored about one user besides the attempts, for a data access request: the host's
 * columns that the service uses, and all of the service's own rows, with the contents of emails
 * while they are kept.
 */
export function readUserData(db: Database, userId: string): Promise<Record<string, unknown>> {
  const id = sql`${userId}::uuid`
  return inSnapshot(db, async tx => {
    const rows = async (query: ReturnType<typeof sql>): Promise<unknown[]> => {
      const found = await tx.execute<{ row: unknown }>(
        sql`select to_jsonb(r) as row from (${query}) r`,
      )
      return found.map(({ row }) => row)
    }
    const first = async (query: ReturnType<typeof sql>) => (await rows(query))[0] ?? null
    const addresses = await tx.execute<{ address: string }>(sql`
      select lower(${hostText(sql`email`)}) as address from ${users} where userid = ${id}
      union select lower(address) from ${deliveries} where user_id = ${id}`)
    const spellings = addresses.flatMap(({ address }) => addressSpellings(address ?? ''))
    return {
      userId,
      user: await first(sql`
        select userid, email, username, public_display_name, created_at
        from ${users} where userid = ${id}`),
      setting: await first(sql`
        select notification_emails_enabled, created_at, updated_at
        from ${userPrivacySettings} where user_id = ${id}`),
      preferences: await first(sql`select * from ${preferences} where user_id = ${id}`),
      suppressions: await rows(sql`
        select * from ${suppressions} where address = any(${sql.param(spellings)}::text[])
        order by address`),
      recipient: await first(sql`select * from ${recipients} where user_id = ${id}`),
      deliveries: await readDeliveries(tx, userId),
      events: await rows(sql`
        select e.* from ${events} e join ${deliveries} d on d.id = e.delivery_id
        where d.user_id = ${id} order by e.happened_at, e.id`),
      claims: await rows(sql`
        select k.* from ${claims} k join ${deliveries} d on d.id = k.delivery_id
        where d.user_id = ${id} order by k.email_type, k.round, k.notification_id`),
      shadowEmails: await rows(sql`
        select * from ${shadowEmails} where user_id = ${id} order by planned_at, run_id`),
      changes: await rows(sql`
        select c.type, c.at, c.by, i.email_id, c.run_id, c.detail
        from ${changes} c ${changeItems}
        where i.user_id = ${id} and c.user_ids @> array[${id}]
          or c.detail ->> 'address' = any(${sql.param(spellings)}::text[])
        order by c.id`),
      // Includes batches whose claim found no email due.
      batches: await rows(sql`
        select id, run_id, email_type, created_at from ${batches}
        where user_ids @> array[${id}] order by created_at, id`),
    }
  })
}

/** Each with the content of its email, if that is kept. */
async function readDeliveries(tx: Transaction, userId: string): Promise<unknown[]> {
  const found = await tx
    .select()
    .from(deliveries)
    .where(sql`user_id = ${userId}::uuid`)
    .orderBy(deliveries.claimedAt, deliveries.id)
  const withContent: unknown[] = []
  for (const delivery of found) {
    withContent.push({ ...delivery, content: await readContent(tx, delivery.id) })
  }
  return withContent
}
