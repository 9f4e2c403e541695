import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/client/connect.ts'
import type { StoredEmail } from '../../src/local/mailbox/stored-email.ts'

export interface Verdict {
  /** Emails that the provider accepted, by its own count. */
  accepted: number
  /** Notifications that were not emailed but should have been, and accepted emails without a record. */
  lost: number
  /** Emails accepted twice, and notifications in two accepted `new_notifications` emails. */
  duplicated: number
  /** Deliveries without a known outcome, and rows that are still `pending:`. */
  unknown: number
}

/** Compares the accepted emails with the notifications in the host's tables. */
export async function checkGuarantees(db: Database, emails: StoredEmail[]): Promise<Verdict> {
  const rows = await db.execute<{ id: string; state: string; ids: string[] }>(sql`
    select d.id, d.state, e.notification_ids as ids from tidings.deliveries d
    join tidings.attempts a on a.delivery_id = d.id and a.number = 1
    join notification_emails_sent e on e.id = a.email_id`)
  const deliveries = new Map(rows.map(row => [row.id, row]))
  const seen = new Set<string>()
  const carried = new Set<string>()
  let duplicated = 0
  let lost = 0
  for (const { tags } of emails) {
    const tag = (name: string) => tags.find(each => each.name === name)?.value ?? ''
    const id = tag('delivery_id')
    if (seen.has(id)) duplicated += 1
    seen.add(id)
    const delivery = deliveries.get(id)
    if (delivery?.state !== 'accepted') lost += 1
    if (tag('email_type') !== 'new_notifications') continue
    for (const notificationId of delivery?.ids ?? []) {
      if (carried.has(notificationId)) duplicated += 1
      carried.add(notificationId)
    }
  }
  // Also count deliveries recorded as accepted that the provider never got.
  for (const { id, state } of rows) if (state === 'accepted' && !seen.has(id)) lost += 1

  const wanted = await db.execute<{ id: string }>(sql`
    select n.id from notifications n
    left join user_privacy_settings s on s.user_id = n.user_id
    where not n.is_read and not n.is_deleted and coalesce(s.notification_emails_enabled, true)
      and n.created_at > (now() at time zone 'utc') - interval '29 days'`)
  lost += wanted.filter(({ id }) => !carried.has(id)).length

  const [open] = await db.execute<{ unknown: number }>(sql`select (
    (select count(*) from tidings.deliveries where state in ('unknown', 'claimed'))
    + (select count(*) from notification_emails_sent where error_message like 'pending:%')
    + abs((select count(*) from notification_emails_sent where success)
      - (select count(*) from tidings.deliveries where state = 'accepted'))
  )::int as unknown`)
  return { accepted: emails.length, lost, duplicated, unknown: open?.unknown ?? -1 }
}
