import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { deliveries, notifications, users } from '../../src/db/schema.ts'
import { call } from '../support/client.ts'
import { createDatabase } from '../support/database.ts'
import { type RowFault, refuseRows } from '../support/faulty-rows.ts'
import { addDueUsers, readAttempts } from '../support/host.ts'
import { seeded } from '../support/random.ts'
import { startService } from '../support/service.ts'
import { errorsOf } from '../support/service-parts.ts'

const rowFaults: RowFault[] = ['raises', 'times out', 'discards', 'raises on update']
const oddTimes = ['infinity', '12026-01-01', '294276-12-31 23:59:59', '0044-03-15 BC', '-infinity']
const refusedAddresses = ['mara@-example.com', 'mara@a_b.example']

test('whatever one user’s data is, every other user gets the email in the same run', {
  timeout: 60_000,
}, async () => {
  const seed = Math.floor(Math.random() * 1e6)
  const random = seeded(seed)
  const { db, ...database } = await createDatabase()
  const userIds = await addDueUsers(db, 130)
  const faults = new Map<string, RowFault>()
  const kinds = { address: 0, time: 0 }
  for (const userId of userIds) {
    if (random.chance(0.85)) continue
    const kind = random.below(3)
    if (kind === 0) faults.set(userId, random.pick(rowFaults))
    else if (kind === 1) {
      kinds.address += 1
      await db
        .update(users)
        .set({ email: random.pick(refusedAddresses).replace('mara', `${userId}`) })
        .where(eq(users.userid, userId))
    } else {
      kinds.time += 1
      await db.execute(sql`
        update ${notifications} set created_at = ${random.pick(oddTimes)}::timestamp
        where user_id = ${userId}`)
    }
  }
  await refuseRows(db, faults)
  const { run, mailbox } = await startService({ database: { db, ...database } })

  const ended = await run()

  const unsent = [...faults].filter(([, fault]) => fault !== 'raises on update').length
  expect(ended, `SEED=${seed}`).toMatchObject({ status: 'completed', counts: { unknown: 0 } })
  // The times of the past are too old for an email about something new, and get a reminder.
  expect(mailbox.count, `SEED=${seed}`).toBe(userIds.length - unsent - kinds.address)
  expect(ended.counts.failed, `SEED=${seed}`).toBe(unsent + kinds.address)
  const recipients = mailbox.emails().flatMap(({ to }) => to)
  expect(new Set(recipients).size).toBe(recipients.length)

  for (const [userId, fault] of faults) {
    const [delivery] = await db.select().from(deliveries).where(eq(deliveries.userId, userId))
    expect(delivery, `SEED=${seed} ${fault}`).toMatchObject({
      state: fault === 'raises on update' ? 'accepted' : 'rejected',
      closedAt: expect.any(Date),
      error: expect.stringMatching(/^record: (raised by|canceling|a trigger or rule)/),
    })
    const rows = await readAttempts(db, userId)
    expect(rows).toHaveLength(fault === 'raises on update' ? 1 : 0)
  }
  expect(await db.execute(`select from tidings.batches where state <> 'resolved'`)).toEqual([])

  // Nobody is emailed twice, and the next run is not held up.
  const before = mailbox.count
  expect(await run()).toMatchObject({ status: 'completed' })
  expect(mailbox.count).toBe(before)
})

test('an attempt that fails for one user repeats for the others, under the same key', async () => {
  const database = await createDatabase()
  const { db } = database
  const userIds = await addDueUsers(db, 4)
  const [faulty = ''] = userIds
  const { run, mailbox } = await startService({ database, timing: { firstBackoff: 50 } })
  mailbox.setFault({ kind: '500-after', times: 1 })
  await db.execute(
    sql.raw(`
    create function public.refuse_second() returns trigger language plpgsql as $$ begin
      if exists (select from public.notification_emails_sent e where e.user_id = new.user_id)
        and new.user_id = '${faulty}' then raise exception 'one row a user'; end if;
      return new;
    end $$;
    create trigger refuse_second before insert on notification_emails_sent
      for each row execute function public.refuse_second()`),
  )

  expect(await run()).toMatchObject({ status: 'completed', counts: { sent: 4 } })

  expect(mailbox.count).toBe(4)
  expect(await errorsOf(db, faulty)).toHaveLength(1)
  for (const userId of userIds.slice(1)) expect(await errorsOf(db, userId)).toHaveLength(2)
})

test('a user whose row the database cannot read is left out, and the others are emailed', async () => {
  const service = await startService()
  const { db, mailbox, run } = service
  const userIds = await addDueUsers(db, 40)
  const [unreadable = ''] = userIds
  // A host may generate a column, or serve a view, whose expression fails for a row.
  await db.execute(
    sql.raw(`
    alter table users rename to people;
    create view public.users as select userid, username, created_at, admin_level, profile_picture_url,
      public_display_name, case when userid = '${unreadable}'
        then (1 / (length(username) - 36))::text else email end as email from people;
    grant select on public.users to public`),
  )

  const ended = await run()

  expect(ended.counts).toMatchObject({ sent: 39, failed: 0, skipped: { unreadable: 1 } })
  expect(mailbox.count).toBe(39)
  const explained = await call(service, `/v1/users/${unreadable}/explain`)
  expect(explained.json.types.new_notifications).toMatchObject({
    due: false,
    verdict: 'unreadable',
  })
  expect(explained.text).toContain('division by zero')
})

test('a title that the request cannot hold fails one email, with the reason', async () => {
  const { db, mailbox, run } = await startService()
  const userIds = await addDueUsers(db, 20)
  const [faulty = ''] = userIds
  await db.execute(
    sql.raw(`
    alter table notifications rename to all_notifications;
    create view public.notifications as select id, user_id, type, message, metadata, is_read, is_deleted,
      created_at, read_at,
      case when user_id = '${faulty}' then chr(length(title) * 0) else title end as title from all_notifications;
    grant select on public.notifications to public`),
  )

  expect((await run()).counts).toMatchObject({ sent: 19, failed: 1 })

  expect(mailbox.count).toBe(19)
  const [attempt] = await readAttempts(db, faulty)
  expect(attempt).toMatchObject({
    success: false,
    errorMessage: expect.stringMatching(/^claim: /),
    notificationIds: [expect.any(String)],
  })
})
