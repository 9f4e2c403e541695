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

interface Location {
  zone: string
  whose: 'database' | 'role'
  column: Column
}

/** A host whose server or role has another time zone, with time columns of this type. */
async function databaseIn({ zone, whose, column }: Location): Promise<TestDatabase> {
  // Connect as the owner, so that the role setting applies.
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
  // A session gets its zone when it begins.
  const late = connect(ownerUrl, { max: 2 })
  onTestFinished(() => late.close())
  const [row] = await late.db.execute(sql`show timezone`)
  expect(row).toEqual({ TimeZone: zone })
  return { db: late.db, url: ownerUrl, ownerUrl }
}

const locations: Location[] = columns.flatMap(column => [
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

type Past = { emailed?: number; carried?: number }

/** Adds a user with one notification of this age. Resolves to the verdicts for both types. */
async function evaluateUser(
  db: Database,
  days: number,
  { emailed, carried }: Past = {},
  settings = rules,
) {
  const userId = await addUser(db)
  await addNotification(db, userId, { days })
  if (emailed !== undefined) await addEmail(db, userId, { days: emailed })
  if (carried !== undefined) await carryUntil(db, userId, carried)
  return evaluate(db, userId, settings)
}

test.each(locations)(
  'the rules do not depend on the time zone: $column in $zone ($whose)',
  async location => {
    const { db } = await databaseIn(location)
    const verdictsFor = (days: number, past?: Past) => evaluateUser(db, days, past)

    expect(await verdictsFor(0)).toEqual(['due', 'new_notifications_due'])
    expect(await verdictsFor(justUnder(30))).toEqual(['due', 'new_notifications_due'])
    expect(await verdictsFor(justOver(30))).toEqual(['nothing_new', 'due'])
    expect(await verdictsFor(justUnder(3), { carried: 0 })).toEqual([
      'nothing_new',
      'nothing_outstanding',
    ])
    expect(await verdictsFor(justOver(3), { carried: 0 })).toEqual(['nothing_new', 'due'])
    expect(await verdictsFor(31, { emailed: justUnder(7) })).toEqual(['nothing_new', 'cooldown'])
    expect(await verdictsFor(31, { emailed: justOver(7) })).toEqual(['nothing_new', 'due'])
    expect(await verdictsFor(justUnder(1), { carried: 1 })).toEqual([
      'due',
      'new_notifications_due',
    ])
    expect(await verdictsFor(justOver(1), { carried: 1 })).toEqual([
      'nothing_new',
      'nothing_outstanding',
    ])
  },
)

describe('across a clock change', () => {
  test.each(newYork)('a day has 24 hours with $column in $zone', async location => {
    const { db } = await databaseIn(location)
    // Ages beyond the last clock change, whenever this runs.
    const days = await daysSinceClocksChanged(db)
    const settings = { newMaxAgeDays: days, outstandingAfterDays: days, reminderCooldownDays: days }
    const verdictsFor = (age: number, past?: Past) => evaluateUser(db, age, past, settings)

    expect(await verdictsFor(justUnder(days))).toEqual(['due', 'new_notifications_due'])
    expect(await verdictsFor(justOver(days))).toEqual(['nothing_new', 'due'])
    expect(await verdictsFor(justOver(days), { emailed: justUnder(days) })).toEqual([
      'nothing_new',
      'cooldown',
    ])
    expect(await verdictsFor(justOver(days), { emailed: justOver(days) })).toEqual([
      'nothing_new',
      'due',
    ])
    expect(await verdictsFor(justUnder(days), { carried: days })).toEqual([
      'due',
      'new_notifications_due',
    ])
    expect(await verdictsFor(justOver(days), { carried: days })).toEqual(['nothing_new', 'due'])
  })

  test.each(newYork)(
    'the repeated hour and the skipped hour are stored correctly with $column',
    async location => {
      const { db } = await databaseIn(location)
      const userId = await addUser(db)
      // New York: 01:00 came twice on 2025-11-02 (06:00 UTC); 02:00 was skipped on 2025-03-09
      // (07:00 UTC).
      const times = [
        '2025-03-09T06:30:30.000Z',
        '2025-03-09T02:30:30.000Z',
        '2025-11-02T05:30:30.000Z',
        '2025-11-02T06:30:30.000Z',
      ]
      for (const time of times) {
        await addEmail(db, userId, { days: (Date.now() - Date.parse(time)) / 86_400_000 })
      }
      const sentAt = (await readAttempts(db, userId)).map(attempt => attempt.sentAt?.toISOString())
      expect(sentAt.map(time => time?.slice(0, 16))).toEqual(
        [...times].sort().map(time => time.slice(0, 16)),
      )
    },
  )
})

test.each<Location>([
  { zone: 'Asia/Kolkata', whose: 'database', column: 'timestamptz' },
  { zone: 'America/New_York', whose: 'role', column: 'timestamp' },
])('a process in another zone writes and shows UTC, with $column in $zone', async location => {
  const { db, url } = await databaseIn(location)
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 2 })
  const provider = await openProvider()
  const before = Date.now()
  const node = await openNode(url, provider.baseUrl, { TZ: 'Pacific/Kiritimati' })
  expect(await node.startRun()).toBe(true)
  await untilSettled(db)

  const [attempt] = await readAttempts(db, userId)
  expect(attempt?.sentAt?.getTime()).toBeGreaterThan(before - 2_000)
  expect(attempt?.sentAt?.getTime()).toBeLessThan(Date.now() + 2_000)
  const [notification] = await db.select().from(notifications)
  const shown = notification?.createdAt?.toISOString().slice(11, 16)
  expect(provider.mailbox.emails()[0]?.text).toContain(`${shown} UTC`)
})

test.each(newYork)('a batch is claimed and recorded in UTC with $column', async location => {
  const { db } = await databaseIn(location)
  const userId = await addUser(db)
  await addNotification(db, userId, { days: 2 })
  const before = Date.now()
  const batch = await claimNow(db, [userId])
  await record(db, batch, accepted(batch))

  const [attempt] = await readAttempts(db, userId)
  expect(attempt?.sentAt?.getTime()).toBeGreaterThan(before - 2_000)
  expect(attempt?.sentAt?.getTime()).toBeLessThan(Date.now() + 2_000)
  expect((await readBatch(db, batch.id)).frozenAt?.getTime()).toBeGreaterThan(before - 2_000)
})

/** The smallest number of days ago at which the session's zone had another offset from UTC. */
async function daysSinceClocksChanged(db: Database): Promise<number> {
  const [row] = await db.execute<{ days: number }>(sql`
    with ago as (select days, now() - days * interval '24 hours' as moment
      from generate_series(0, 300) days)
    select min(days)::int as days from ago
    where moment::timestamp - (moment at time zone 'utc') <> now()::timestamp - (now() at time zone 'utc')`)
  if (!row?.days) throw new Error('this zone never changes its clocks')
  return row.days
}
