import { sql } from 'drizzle-orm'
import { expect, vi } from 'vitest'
import type { Database } from '../../src/db/client/connect.ts'
import { listRuns } from '../../src/db/runs/read-runs.ts'
import type { Mailbox } from '../../src/local/mailbox/mailbox.ts'

/** Checks the invariants of mailbox and database once all work is done. */
export async function expectConsistent(
  db: Database,
  mailbox: Mailbox,
  emails: number,
): Promise<void> {
  // A run that a crash interrupted ends together with the run that the test waited for.
  await vi.waitFor(
    async () => {
      const [open] = await db.execute<{ runs: number }>(
        sql`select count(*)::int as runs from tidings.runs where status in ('queued', 'running')`,
      )
      expect(open?.runs).toBe(0)
    },
    { timeout: 20_000, interval: 50 },
  )
  // Count the emails that recipients got.
  expect(mailbox.count).toBe(emails)
  expect(new Set(mailbox.emails().flatMap(({ to }) => to)).size).toBe(emails)

  const [invariants] = await db.execute(sql`select
    (select count(*) from notification_emails_sent where success)::int as accepted_rows,
    (select count(*) from (
      select d.id from tidings.deliveries d
      left join tidings.attempts a on a.delivery_id = d.id
      left join notification_emails_sent e on e.id = a.email_id and e.success
      where d.state = 'accepted' group by d.id having count(e.id) <> 1
    ) odd)::int as accepted_without_one_row,
    (select count(*) from notification_emails_sent
      where error_message like 'pending:%')::int as pending,
    (select count(*) from notification_emails_sent
      where success <> (error_message is null))::int as neither_nor,
    (select count(*) from notification_emails_sent e
      where not exists (select from tidings.attempts a where a.email_id = e.id))::int as rows_of_nobody,
    (select count(*) from tidings.batches where state <> 'resolved')::int as open_batches,
    (select count(*) from tidings.deliveries d join tidings.batches b on b.id = d.batch_id
      where d.state = 'accepted' and (b.body is null or d.subject is null))::int as accepted_unreadable,
    (select count(*) from tidings.deliveries where closed_at is null)::int as open_deliveries,
    (select count(*) from tidings.runs where status in ('queued', 'running'))::int as open_runs,
    (select count(*) from tidings.claims k join tidings.deliveries d on d.id = k.delivery_id
      where d.state <> 'accepted')::int as claims_of_nothing,
    (select count(*) from tidings.deliveries d
      join tidings.attempts a on a.delivery_id = d.id
      join notification_emails_sent e on e.id = a.email_id and e.success
      where d.state = 'accepted' and (
        select array_agg(k.notification_id::text order by 1) from tidings.claims k
        where k.delivery_id = d.id
      ) is distinct from (select array_agg(id order by 1) from unnest(e.notification_ids) id)
    )::int as claims_unlike_the_email`)
  expect(invariants).toEqual({
    accepted_rows: emails,
    accepted_without_one_row: 0,
    pending: 0,
    neither_nor: 0,
    rows_of_nobody: 0,
    open_batches: 0,
    accepted_unreadable: 0,
    open_deliveries: 0,
    open_runs: 0,
    claims_of_nothing: 0,
    claims_unlike_the_email: 0,
  })

  const { runs } = await listRuns(db, 200)
  expect(runs.reduce((sum, run) => sum + run.counts.sent, 0)).toBe(emails)
  for (const { counts, status } of runs) {
    expect({ status, failed: counts.failed, unknown: counts.unknown }).toEqual({
      status: 'completed',
      failed: 0,
      unknown: 0,
    })
    expect(counts.sent).toBeLessThanOrEqual(counts.due)
  }
}
