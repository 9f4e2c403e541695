import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { searchByPrefix, searchUsers } from '../../../src/db/recipients/search-users.ts'
import { createDatabase } from '../../support/database.ts'
import { addUser } from '../../support/host.ts'

const names = async (db: Database, text: string, limit = 20) =>
  (await searchUsers(db, text, limit)).people.map(({ username }) => username)

/** What the planner estimates after it has analyzed a large table. */
const pretendLarge = (db: Database) =>
  db.execute(sql`update pg_class set reltuples = 1e6 where oid = 'public.users'::regclass`)

async function addUsers(db: Database): Promise<Record<string, string>> {
  const ids: Record<string, string> = {}
  for (const name of ['ada', 'Ada.Lovelace', 'adam', 'a-da', 'zoë', 'ZOË.2', 'mara%', 'mara_1']) {
    ids[name] = await addUser(db, { name, email: `${name.replace('-', '0')}.x@example.com` })
  }
  return ids
}

test.each(['few', 'many'])(
  'among %s users, beginnings of names and addresses are found, in any case',
  async size => {
    const { db } = await createDatabase()
    const ids = await addUsers(db)
    if (size === 'many') await pretendLarge(db)

    const anyOrder = async (text: string) => (await names(db, text)).sort()
    expect(await anyOrder('ada.')).toEqual(['Ada.Lovelace', 'ada'])
    expect(await anyOrder('ADAM')).toEqual(['adam'])
    expect(await anyOrder('zo')).toEqual(['ZOË.2', 'zoë'])
    expect(await anyOrder('mara%')).toEqual(['mara%'])
    expect(await anyOrder('mara_1.x@EXAMPLE')).toEqual(['mara_1'])
    expect(await anyOrder("x'; drop table users; --")).toEqual([])
    expect(await names(db, ids.adam?.toUpperCase() ?? '')).toEqual(['adam'])
    expect(await names(db, '00000000-0000-4000-8000-000000000000')).toEqual([])
  },
)

test('among few users the middle of a name and the display name are found', async () => {
  const { db } = await createDatabase()
  const ids = await addUsers(db)
  await db.execute(
    sql`update users set public_display_name = 'Countess' where userid = ${ids.ada}::uuid`,
  )

  expect(await names(db, 'lovelace')).toEqual(['Ada.Lovelace'])
  const { people, anywhere } = await searchUsers(db, 'tess', 5)
  expect(people).toMatchObject([
    { userId: ids.ada, name: 'Countess', address: 'ada.x@example.com' },
  ])
  expect(anywhere).toBe(true)
  await pretendLarge(db)
  expect(await searchUsers(db, 'tess', 5)).toEqual({ people: [], more: false, anywhere: false })
})

test('a whole address is found among many users whatever its case and the collation', async () => {
  const { db } = await createDatabase()
  await db.execute(sql`alter table users alter email type text collate "C"`)
  await addUser(db, { name: 'mixed', email: 'miXed@eXample.com' })
  await pretendLarge(db)
  expect(await names(db, 'Mixed@Example.com')).toEqual(['mixed'])
  expect(await names(db, 'nobody@example.com')).toEqual([])
})

test('a result beyond the limit is reported', async () => {
  const { db } = await createDatabase()
  await addUsers(db)
  const { people, more } = await searchUsers(db, 'a', 2)
  expect([people.length, more]).toEqual([2, true])
})

test('among many users the cost is bounded: only parts of the indexes are read', async () => {
  const { db } = await createDatabase()
  await db.execute(sql`
    insert into users (userid, email, username)
    select gen_random_uuid(), 'u' || n || '@example.com', 'user.' || n from generate_series(1, 60000) n`)
  await db.execute(sql`analyze users`)
  const { people, more, anywhere } = await searchUsers(db, 'user.5999', 20)

  expect(people.map(({ username }) => username)).toContain('user.59999')
  expect(people).toHaveLength(11)
  expect([more, anywhere]).toEqual([false, false])
  const plan = await db.execute<{ 'QUERY PLAN': string }>(
    sql`explain ${searchByPrefix('user.5999', 20)}`,
  )
  const steps = plan.map(row => row['QUERY PLAN']).join('\n')
  expect(steps).toMatch(/Index Scan using users_username_unique/)
  expect(steps).not.toMatch(/Seq Scan on users/)
})
