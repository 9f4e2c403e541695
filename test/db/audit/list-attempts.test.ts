import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Attempt, AttemptFilter } from '../../../src/core/audit/audit.ts'
import { listAttempts } from '../../../src/db/audit/list-attempts.ts'
import { streamAttempts } from '../../../src/db/audit/stream-attempts.ts'
import { connect, type Database } from '../../../src/db/client/connect.ts'
import {
  claims,
  deliveries,
  notificationEmailsSent,
  notifications,
  users,
} from '../../../src/db/schema.ts'
import { createDatabase } from '../../support/database.ts'
import { addAttempt, failed, idsOf, listAll } from '../../support/history.ts'
import { addDueUsers, addNotification, addUser } from '../../support/host.ts'
import { accepted, addRun, claim, claimNow, record, rejected } from '../../support/service-parts.ts'

const at = (iso: string) => new Date(iso)

test('attempts are listed newest first, with the service’s own data', async () => {
  const { db } = await createDatabase()
  const user = await addUser(db, { name: 'Ada', email: 'ada@example.com' })
  const notification = await addNotification(db, user)
  const old = await addAttempt(db, user, { sentAt: at('2020-02-03T04:05:06Z') })
  const batch = await claimNow(db, [user])
  await record(db, batch, accepted(batch))

  const [newer, older, ...rest] = await listAll(db)

  expect(rest).toEqual([])
  expect(newer).toMatchObject({
    userId: user,
    outcome: 'accepted',
    notificationIds: [notification],
    delivery: {
      attempt: 1,
      runId: batch.runId,
      address: 'ada@example.com',
      subject: 'For Ada',
      providerId: expect.any(String),
    },
  })
  expect(older).toEqual({
    id: old,
    userId: user,
    emailType: 'new_notifications',
    sentAt: at('2020-02-03T04:05:06Z'),
    notificationIds: [],
    notificationCount: 0,
    success: true,
    errorMessage: null,
    outcome: 'accepted',
    delivery: null,
    person: { name: 'Ada', address: 'ada@example.com' },
  })
  expect(newer).not.toHaveProperty('person')
})

test('an attempt from before adoption names its user, unless the user was deleted', async () => {
  const { db } = await createDatabase()
  const [ada, bo] = [
    await addUser(db, { name: 'Ada', email: 'ada@example.com' }),
    await addUser(db),
  ]
  await addAttempt(db, ada, { sentAt: at('2020-02-04T00:00:00Z') })
  await addAttempt(db, bo, { sentAt: at('2020-02-03T00:00:00Z') })
  await db.execute(`alter table notification_emails_sent
    drop constraint notification_emails_sent_user_id_users_userid_fk`)
  await db.delete(users).where(eq(users.userid, bo))

  expect(await listAll(db)).toMatchObject([
    { delivery: null, person: { name: 'Ada', address: 'ada@example.com' } },
    { delivery: null, person: null },
  ])
})

test('the filter by progress lists the latest attempt at each email, whatever came before', async () => {
  const { db } = await createDatabase()
  const [bounced = '', delivered = '', silent = ''] = await addDueUsers(db, 3)
  const batch = await claimNow(db, [bounced, delivered, silent])
  await record(db, batch, { kind: 'repeat', error: 'network: no answer' })
  const second = await claim(db, batch.id)
  if (!second) throw new Error('the batch was not repeated')
  await record(db, second, accepted(second))
  for (const [userId, progress] of [
    [bounced, 'bounced'],
    [delivered, 'delivered'],
  ] as const) {
    await db.update(deliveries).set({ progress }).where(eq(deliveries.userId, userId))
  }

  const [first, ...others] = await listAll(db, { progress: 'bounced' })
  expect(others).toEqual([])
  expect(first).toMatchObject({ userId: bounced, outcome: 'accepted', delivery: { attempt: 2 } })
  expect(await listAll(db, { progress: 'delivered', userId: bounced })).toEqual([])
  expect(await listAll(db, { progress: 'complained' })).toEqual([])
})

test('paging is stable while attempts are inserted and outcomes change', async () => {
  const { db } = await createDatabase()
  const user = await addUser(db)
  await fc.assert(
    fc.asyncProperty(
      // Few times for many rows: most rows share one, as the rows of a batch do.
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 40 }),
      // After that many pages nothing more is inserted, or the list would never end.
      fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 12 }),
      async (times, arriving, limit) => {
        await db.delete(notificationEmailsSent)
        const pending = (
          emailType: 'new_notifications' | 'outstanding_reminder',
          time: number,
        ) => ({
          id: randomUUID(),
          userId: user,
          emailType,
          sentAt: sql`timestamp '2031-01-01 00:00:00.000001' + ${time} * interval '1 microsecond'`,
          ...failed('pending: under way'),
        })
        const rows = times.map(time => pending('new_notifications', time))
        await db.insert(notificationEmailsSent).values(rows)

        const waves = arriving.values()
        const shown = await listAll(db, {}, limit, async () => {
          const wave = waves.next().value ?? []
          const more = wave.map(time => pending('outstanding_reminder', time))
          if (more.length > 0) await db.insert(notificationEmailsSent).values(more)
          await db
            .update(notificationEmailsSent)
            .set({ success: true, errorMessage: null })
            .where(eq(notificationEmailsSent.success, false))
        })

        const ids = idsOf(shown)
        expect(new Set(ids).size).toBe(ids.length)
        const started = new Set(rows.map(row => row.id))
        expect(ids.filter(id => started.has(id))).toHaveLength(rows.length)
      },
    ),
    { numRuns: 40 },
  )
})

test('pages and times do not depend on the database’s DateStyle and time zone', async () => {
  const { db, url } = await createDatabase()
  const user = await addUser(db)
  const days = ['2031-02-01', '2031-01-02', '2031-03-04'].map(day => at(`${day}T00:30:00.123Z`))
  for (const sentAt of days) await addAttempt(db, user, { sentAt })
  const name = new URL(url).pathname.slice(1)
  await db.execute(sql.raw(`alter database ${name} set datestyle = 'SQL, DMY'`))
  await db.execute(sql.raw(`alter database ${name} set timezone = 'Asia/Kathmandu'`))
  const other = connect(url, { max: 1 })

  const shown = await listAll(other.db, { from: days[1], to: at('2031-03-04T00:30:00.124Z') }, 1)
  const before = await listAll(other.db, { to: days[2] })
  await other.close()

  expect(shown.map(attempt => attempt.sentAt)).toEqual([days[2], days[0], days[1]])
  expect(before).toHaveLength(2)
})

test('filters combine', async () => {
  const { db } = await createDatabase()
  const [ada, ben] = [await addUser(db), await addUser(db)]
  const fields = { emailType: 'outstanding_reminder' as const, sentAt: at('2031-01-02T00:00:00Z') }
  const first = await addAttempt(db, ada, { sentAt: at('2031-01-01T00:00:00Z') })
  const second = await addAttempt(db, ada, { ...fields, ...failed('timeout: no answer') })
  const third = await addAttempt(db, ben, { ...fields, ...failed('timeout: no answer') })
  const cases: [AttemptFilter, string[]][] = [
    [{}, [second, third, first]],
    [{ userId: ada }, [second, first]],
    [{ userId: ada, type: 'outstanding_reminder' }, [second]],
    [{ type: 'new_notifications' }, [first]],
    [{ success: true }, [first]],
    [{ success: false }, [second, third]],
    [{ success: false, userId: ben }, [third]],
    [{ success: true, userId: ben }, []],
    [{ from: at('2031-01-01T00:00:00Z') }, [first, second, third]],
    [{ from: at('2031-01-01T00:00:00.001Z') }, [second, third]],
    [{ to: at('2031-01-02T00:00:00Z') }, [first]],
    [{ error: 'timeout', userId: ben, type: 'outstanding_reminder', success: false }, [third]],
    [{ error: 'timeout', success: true }, []],
    [{ userId: randomUUID() }, []],
    [{ runId: randomUUID() }, []],
    [{ notificationId: randomUUID() }, []],
  ]
  for (const [filter, ids] of cases) {
    expect(idsOf(await listAll(db, filter)).sort(), JSON.stringify(filter)).toEqual(ids.sort())
  }
})

test('every email that carried a notification is found, even if the notification is deleted', async () => {
  const { db } = await createDatabase()
  const [ada, ben] = [await addUser(db), await addUser(db)]
  const id = await addNotification(db, ada, { days: 5 })
  const other = await addNotification(db, ada, { days: 4 })
  await addNotification(db, ben, { days: 5 })
  const fresh = await claimNow(db, [ada, ben])
  await record(db, fresh, rejected(fresh))
  const again = await claimNow(db, [ada])
  await record(db, again, accepted(again))
  const old = await addAttempt(db, ada, {
    sentAt: at('2020-01-01T00:00:00Z'),
    notificationIds: [other, id],
  })
  await addAttempt(db, ada, { notificationIds: [other] })
  const find = (notificationId: string) => listAll(db, { notificationId }, 1)

  const found = await find(id.toUpperCase())
  expect(found.map(attempt => attempt.outcome)).toEqual(['accepted', 'failed', 'accepted'])
  expect(found.at(-1)?.id).toBe(old)

  await db.delete(notifications).where(eq(notifications.id, id))
  expect(await find(id)).toEqual(found)
  await db.delete(claims)
  expect(await find(id)).toEqual(found)
})

test('the error filter matches a known code, or else any text', async () => {
  const { db } = await createDatabase()
  const user = await addUser(db)
  const add = (line: string) => addAttempt(db, user, failed(line))
  const timeout = await add('timeout: no answer in time')
  const answer = await add('network: a timeout of the proxy')
  const percent = await add('validation_error: 100% of `to` is no_address')
  const bare = await add('It broke: \\o/')
  await add('pending: the request may be in flight')
  await addAttempt(db, user, { errorMessage: 'timeout: but accepted' })
  const cases: [string, string[]][] = [
    ['timeout', [timeout]],
    ['network', [answer]],
    ['validation_error', [percent]],
    ['proxy', [answer]],
    ['a TIMEOUT', [answer]],
    ['no ', [timeout]],
    ['100%', [percent]],
    ['%', [percent]],
    ['no_address', [percent]],
    ['noXaddress', []],
    ['\\', [bare]],
    ['it broke', [bare]],
    ["'; drop table users; --", []],
    ['in flight', []],
    ['pending', []],
  ]
  for (const [error, ids] of cases) {
    expect(idsOf(await listAll(db, { error })), error).toEqual(ids)
  }
})

test('attempts in flight are found by their code', async () => {
  const { db } = await createDatabase()
  const [ada, ben] = [await addUser(db), await addUser(db)]
  await addNotification(db, ada)
  await addNotification(db, ben)
  const batch = await claimNow(db, [ada])
  await record(db, batch, accepted(batch))
  await claimNow(db, [ben])

  const found = await listAll(db, { error: 'pending' })

  expect(found).toMatchObject([{ userId: ben, outcome: 'pending' }])
})

test("a run's attempts are those of its deliveries, and no others from the same time", async () => {
  const { db } = await createDatabase()
  const [ada, ben] = [await addUser(db), await addUser(db)]
  await addNotification(db, ada)
  await addNotification(db, ben)
  const runId = await addRun(db, { finishedAt: new Date(Date.now() + 1_000) })
  const batch = await claimNow(db, [ada], { runId })
  await record(db, batch, accepted(batch))
  await claimNow(db, [ben])
  await addAttempt(db, ada)

  expect(await listAll(db, { runId })).toMatchObject([{ userId: ada, delivery: { runId } }])
})

test('a page returns the position of the next, the last page none', async () => {
  const { db } = await createDatabase()
  const user = await addUser(db)
  for (let count = 0; count < 4; count += 1) await addAttempt(db, user)

  const first = await listAttempts(db, {}, 2)
  expect(first.next).toEqual({
    id: first.attempts[1]?.id,
    sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?$/),
  })
  const second = await listAttempts(db, {}, 2, first.next ?? undefined)
  expect(second).toMatchObject({ attempts: [{}, {}], next: null })
})

test('a search that no index serves reads some thousand rows a page, and finds everything', async () => {
  const { db } = await createDatabase()
  const user = await addUser(db)
  const id = randomUUID()
  const carriesIt = { notificationIds: [randomUUID(), id] }
  const oldest = await addAttempt(db, user, { ...carriesIt, sentAt: at('2001-01-01T00:00:00Z') })
  await db.execute(sql`
    insert into ${notificationEmailsSent} (user_id, email_type, sent_at, notification_ids)
    select ${user}::uuid, 'new_notifications', timestamp '2020-01-01' + n / 3 * interval '1 second',
      array[gen_random_uuid()::text] from generate_series(1, 15000) n`)
  const newest = await addAttempt(db, user, { ...carriesIt, sentAt: at('2031-01-01T00:00:00Z') })

  const first = await listAttempts(db, { notificationId: id }, 50)
  expect(idsOf(first.attempts)).toEqual([newest])
  const second = await listAttempts(db, { notificationId: id }, 50, first.next ?? undefined)
  expect(idsOf(second.attempts)).toEqual([oldest])
  expect(second.next).toBeNull()

  // With the user, the index on users serves it; with a time, only its rows are read.
  const short: AttemptFilter[] = [{ userId: user }, { to: at('2020-01-01T00:30:00Z') }]
  for (const filter of short) {
    const page = await listAttempts(db, { notificationId: id, ...filter }, 50)
    expect(idsOf(page.attempts)).toContain(oldest)
    expect(page.next).toBeNull()
  }
  const none = { notificationId: randomUUID(), success: false }
  expect(await listAll(db, none)).toEqual([])
  expect(idsOf(await streamAll(db, { notificationId: id }))).toEqual([newest, oldest])
})

test('a list has the first 200 ids of an email and their number, an export all', async () => {
  const { db } = await createDatabase()
  const user = await addUser(db)
  const ids = Array.from({ length: 1_000 }, () => randomUUID())
  await addAttempt(db, user, { notificationIds: ids })
  // Another program's array may begin at any index.
  await db.execute(sql`
    insert into ${notificationEmailsSent} (user_id, email_type, sent_at, notification_ids)
    values (${user}::uuid, 'new_notifications', '2020-01-01', '[7:8]={a,b}')`)

  expect(await listAll(db)).toMatchObject([
    { notificationIds: ids.slice(0, 200), notificationCount: 1_000 },
    { notificationIds: ['a', 'b'], notificationCount: 2 },
  ])
  expect(await streamAll(db)).toMatchObject([
    { notificationIds: ids, notificationCount: 1_000 },
    { notificationIds: ['a', 'b'] },
  ])
})

async function streamAll(db: Database, filter: AttemptFilter = {}): Promise<Attempt[]> {
  const all: Attempt[] = []
  for await (const page of streamAttempts(db, filter, new AbortController().signal))
    all.push(...page)
  return all
}
