import { type SQL, sql } from 'drizzle-orm'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect, type Database } from '../../../src/db/client/connect.ts'
import { notifications } from '../../../src/db/schema.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { addEmail, carryUntil, evaluate, justOver, justUnder } from '../../support/evaluate.ts'
import { openNode, untilSettled } from '../../support/faulty-connection.ts'
import { addNotification, addUser, readAttempts } from '../../support/host.ts'
import { openProvider } from '../../support/service.ts'
import { accepted, claimNow, readBatch, record, rules } from '../../support/service-parts.ts'

const columns = ['timestamp', 'timestamptz'] as const
type Column = (typeof columns)[number]

interface Place {
  zone: string
  whose: 'database' | 'role'
  column: Column
}

/** A host whose server, or whose role, lives in another time zone, with times of this type. */
async function databaseIn({ zone, whose, column }: Place): Promise<TestDatabase> {
  // As the owner, so that the role's zone is that of whoever looks.
  const { db, ownerUrl } = await createDatabase()
  if (column === 'timestamptz') {
    await db.execute(sql`alter table notifications alter created_at type timestamptz,
      alter read_at type timestamptz`)
    await db.execute(sql`alter table notification_emails_sent alter sent_at type timestamptz`)
  }
  const name = sql.identifier(new URL(ownerUrl).pathname.slice(1))
  const settings: Record<typeof whose, SQL> = {
    database: sql`alter database ${name}`,
    role: sql`alter role current_user in database ${name}`,
  }
  await db.execute(sql`${settings[whose]} set timezone to ${sql.raw(`'${zone}'`)}`)
  // A zone is taken over when a session begins.
  const late = connect(ownerUrl, { max: 2 })
  onTestFinished(() => late.close())
  const [row] = await late.db.execute(sql`show timezone`)
  expect(row).toEqual({ TimeZone: zone })
  return { db: late.db, url: ownerUrl, ownerUrl }
}

const places: Place[] = columns.flatMap(column => [
  { zone: 'Asia/Kolkata', whose: 'database', column },
  { zone: 'Asia/Kolkata', whose: 'role', column },
  { zone: 'America/New_York', whose: 'database', column },
  { zone: 'America/New_York', whose: 'role', column },
])
const newYork = columns.map(column => ({
  zone: 'America/New_York',
  whose: 'database' as const,
  column,
}))

type Past = { mailed?: number; carried?: number }

/** A new person with one notification of that age. Resolves to what the rules say of both types. */
async function evaluateUser(
  db: Database,
  days: number,
  { mailed, carried }: Past = {},
  figures = rules,
) {
  const userId = await addUser(db)
  await addNotification(db, userId, { days })
  if (mailed !== undefined) await addEmail(db, userId, { days: mailed })
  if (carried !== undefined) await carryUntil(db, userId, carried)
  return evaluate(db, userId, figures)
}

test.each(places)('the rules are the same with $column in $zone ($whose)', async place => {
  const { db } = await databaseIn(place)
  const person = (days: number, past?: Past) => evaluateUser(db, days, past)

  expect(await person(0)).toEqual(['due', 'new_notifications_due'])
  expect(await person(justUnder(30))).toEqual(['due', 'new_notifications_due'])
  expect(await person(justOver(30))).toEqual(['nothing_new', 'due'])
  expect(await person(justUnder(3), { carried: 0 })).toEqual(['nothing_new', 'nothing_outstanding'])
  expect(await person(justOver(3), { carried: 0 })).toEqual(['nothing_new', 'due'])
  expect(await person(31, { mailed: justUnder(7) })).toEqual(['nothing_new', 'cooldown'])
  expect(await person(31, { mailed: justOver(7) })).toEqual(['nothing_new', 'due'])
  expect(await person(justUnder(1), { carried: 1 })).toEqual(['due', 'new_notifications_due'])
  expect(await person(justOver(1), { carried: 1 })).toEqual(['nothing_new', 'nothing_outstanding'])
})

describe('across a change of the clocks', () => {
  test.each(newYork)('a day has 24 hours with $column in $zone', async place => {
    const { db } = await databaseIn(place)
    // Figures that reach behind the last change, at whatever time of the year this runs.
    const days = await daysSinceClocksChanged(db)
    const far = { newMaxAgeDays: days, outstandingAfterDays: days, reminderCooldownDays: days }
    const person = (age: number, past?: Past) => evaluateUser(db, age, past, far)

    expect(await person(justUnder(days))).toEqual(['due', 'new_notifications_due'])
    expect(await person(justOver(days))).toEqual(['nothing_new', 'due'])
    expect(await person(justOver(days), { mailed: justUnder(days) })).toEqual([
      'nothing_new',
      'cooldown',
    ])
    expect(await person(justOver(days), { mailed: justOver(days) })).toEqual(['nothing_new', 'due'])
    expect(await person(justUnder(days), { carried: days })).toEqual([
      'due',
      'new_notifications_due',
    ])
    expect(await person(justOver(days), { carried: days })).toEqual(['nothing_new', 'due'])
  })

  test.each(newYork)(
    'the hour that comes twice, and the one that never comes, with $column',
    async place => {
      const { db } = await databaseIn(place)
      const userId = await addUser(db)
      // On 2025-11-02 at 06:00 UTC it was 01:00 in New York again; on 2025-03-09 at 07:00, 03:00 at once.
      const moments = [
        '2025-03-09T06:30:30.000Z',
        '2025-03-09T02:30:30.000Z',
        '2025-11-02T05:30:30.000Z',
        '2025-11-02T06:30:30.000Z',
      ]
      for (const moment of moments) {
        await addEmail(db, userId, { days: (Date.now() - Date.parse(moment)) / 86_400_000 })
      }
      const sentAt = (await readAttempts(db, userId)).map(attempt => attempt.sentAt.toISOString())
      expect(sentAt.map(time => time.slice(0, 16))).toEqual(
        [...moments].sort().map(time => time.slice(0, 16)),
      )
    },
  )
})

test.each<Place>([
  { zone: 'Asia/Kolkata', whose: 'database', column: 'timestamptz' },
  { zone: 'America/New_York', whose: 'role', column: 'timestamp' },
])('a process in another zone writes and tells UTC, with $column in $zone', async place => {
  const { db, url } = await databaseIn(place)
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 2 })
  const provider = await openProvider()
  const before = Date.now()
  const node = await openNode(url, provider.baseUrl, { TZ: 'Pacific/Kiritimati' })
  expect(await node.startRun()).toBe(true)
  await untilSettled(db)

  const [attempt] = await readAttempts(db, userId)
  expect(attempt?.sentAt.getTime()).toBeGreaterThan(before - 2_000)
  expect(attempt?.sentAt.getTime()).toBeLessThan(Date.now() + 2_000)
  const [notification] = await db.select().from(notifications)
  const shown = notification?.createdAt.toISOString().slice(11, 16)
  expect(provider.mailbox.emails()[0]?.text).toContain(`${shown} UTC`)
})

test.each(newYork)('a batch is frozen and recorded in UTC with $column', async place => {
  const { db } = await databaseIn(place)
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 2 })
  const before = Date.now()
  const batch = await claimNow(db, [userId])
  await record(db, batch, accepted(batch))

  const [attempt] = await readAttempts(db, userId)
  expect(attempt?.sentAt.getTime()).toBeGreaterThan(before - 2_000)
  expect(attempt?.sentAt.getTime()).toBeLessThan(Date.now() + 2_000)
  expect((await readBatch(db, batch.id)).frozenAt?.getTime()).toBeGreaterThan(before - 2_000)
})

/** The least number of days ago when the session's zone was another number of hours from UTC. */
async function daysSinceClocksChanged(db: Database): Promise<number> {
  const [row] = await db.execute<{ days: number }>(sql`
    with ago as (select days, now() - days * interval '24 hours' as moment
      from generate_series(0, 300) days)
    select min(days)::int as days from ago
    where moment::timestamp - (moment at time zone 'utc') <> now()::timestamp - (now() at time zone 'utc')`)
  if (!row?.days) throw new Error('this zone never changes its clocks')
  return row.days
}
