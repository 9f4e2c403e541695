import { type SQL, sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { connect, type Database } from '../../../src/db/connect.ts'
import { createDatabase } from '../../setup/database.ts'
import { addNotification, addUser, readAttempts } from '../../setup/host.ts'
import { accepted, claimNow, readBatch, record } from '../service-parts.ts'
import { addEmail, carryUntil, judge, justOver, justUnder } from './judge.ts'

const zones = ['Asia/Kolkata', 'America/New_York']

/** A database that lives in another time zone, by its own setting or by the role's. */
async function databaseIn(zone: string, whose: 'database' | 'role'): Promise<Database> {
  const { db, url } = await createDatabase()
  const name = sql.identifier(new URL(url).pathname.slice(1))
  const settings: Record<typeof whose, SQL> = {
    database: sql`alter database ${name}`,
    role: sql`alter role current_user in database ${name}`,
  }
  await db.execute(sql`${settings[whose]} set timezone to ${sql.raw(`'${zone}'`)}`)
  // A zone is taken over when a session begins.
  const late = connect(url, { max: 2 })
  onTestFinished(() => late.close())
  const [row] = await late.db.execute(sql`show timezone`)
  expect(row).toEqual({ TimeZone: zone })
  return late.db
}

const places = zones.flatMap(zone => [
  { zone, whose: 'database' as const },
  { zone, whose: 'role' as const },
])

test.each(places)(
  'the rules are the same where the $whose is in $zone',
  async ({ zone, whose }) => {
    const db = await databaseIn(zone, whose)
    const person = async (
      days: number,
      { mailed, carried }: { mailed?: number; carried?: number } = {},
    ) => {
      const userId = await addUser(db)
      await addNotification(db, userId, { days })
      if (mailed !== undefined) await addEmail(db, userId, { days: mailed })
      if (carried !== undefined) await carryUntil(db, userId, carried)
      return judge(db, userId)
    }

    expect(await person(0)).toEqual(['due', 'new_notifications_due'])
    expect(await person(justUnder(30))).toEqual(['due', 'new_notifications_due'])
    expect(await person(justOver(30))).toEqual(['nothing_new', 'due'])
    expect(await person(justUnder(3), { carried: 0 })).toEqual([
      'nothing_new',
      'nothing_outstanding',
    ])
    expect(await person(justOver(3), { carried: 0 })).toEqual(['nothing_new', 'due'])
    expect(await person(31, { mailed: justUnder(7) })).toEqual(['nothing_new', 'cooldown'])
    expect(await person(31, { mailed: justOver(7) })).toEqual(['nothing_new', 'due'])
    expect(await person(justUnder(1), { carried: 1 })).toEqual(['due', 'new_notifications_due'])
    expect(await person(justOver(1), { carried: 1 })).toEqual([
      'nothing_new',
      'nothing_outstanding',
    ])
  },
)

test.each(zones)('an attempt is written, and shown to the person, in UTC in %s', async zone => {
  const db = await databaseIn(zone, 'database')
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
