import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Database } from '../../../src/db/client/connect.ts'
import { changeSetting } from '../../../src/db/recipients/change-setting.ts'
import { readSetting } from '../../../src/db/recipients/read-setting.ts'
import { suppressions, userPrivacySettings, users } from '../../../src/db/schema.ts'
import { blockedBackends, openHolder } from '../../support/blocked.ts'
import { atOnce, concurrentDatabase } from '../../support/concurrency.ts'
import { createDatabase } from '../../support/database.ts'
import { addUser } from '../../support/host.ts'

const nobody = '00000000-0000-4000-8000-000000000000'

async function readRow(db: Database, userId: string) {
  const rows = await db
    .select()
    .from(userPrivacySettings)
    .where(eq(userPrivacySettings.userId, userId))
  expect(rows.length).toBeLessThan(2)
  return rows[0]
}

test('no row means on, and reading makes none', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  expect(await readSetting(db, userId)).toEqual({
    userId,
    notificationEmailsEnabled: true,
    source: 'default',
    suppressed: null,
  })
  expect(await readRow(db, userId)).toBeUndefined()
})

test('what is changed is read again, and said to be the user’s', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db)
  for (const notificationEmailsEnabled of [false, true, true]) {
    const changed = await changeSetting(db, userId, notificationEmailsEnabled)
    expect(changed).toMatchObject({ userId, notificationEmailsEnabled, source: 'user' })
    expect(await readSetting(db, userId)).toEqual(changed)
  }
})

test('a suppressed address is told, whatever its letters’ case, and stays so', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db, { email: 'Ada@Example.com' })
  await addUser(db)
  const since = new Date('2026-03-04T05:06:07.890Z')
  await db.insert(suppressions).values({ address: 'ada@example.com', reason: 'complained', since })
  const suppressed = { reason: 'complained', since }
  expect(await readSetting(db, userId)).toMatchObject({ source: 'default', suppressed })
  expect(await changeSetting(db, userId, true)).toMatchObject({ source: 'user', suppressed })
})

test('the row’s other columns stay as they are', async () => {
  const { db } = await createDatabase()
  const userId = await addUser(db, { emailsEnabled: true })
  const createdAt = new Date('2025-03-04T05:06:07Z')
  const all = { showStats: false, showVotes: true, showEmail: true, profileBio: 'I play the saw.' }
  await db.update(userPrivacySettings).set({ ...all, createdAt, updatedAt: createdAt })
  const before = await readRow(db, userId)

  await changeSetting(db, userId, false)

  const after = await readRow(db, userId)
  const updatedAt = after?.updatedAt
  expect(after).toEqual({ ...before, notificationEmailsEnabled: false, updatedAt })
  expect(updatedAt?.getTime()).toBeGreaterThan(createdAt.getTime())
})

test('who changes the rest of the row at the same time loses nothing by it', async () => {
  const { db, ownerUrl } = await createDatabase()
  const userId = await addUser(db, { emailsEnabled: true })
  const host = await openHolder(ownerUrl)
  await host.sql.unsafe(
    `begin; update user_privacy_settings set profile_bio = 'new' where user_id = '${userId}'`,
  )
  const changing = changeSetting(db, userId, false)
  await blockedBackends(db, 'user_privacy_settings')
  await host.sql.unsafe('commit')
  await changing
  expect(await readRow(db, userId)).toMatchObject({
    profileBio: 'new',
    notificationEmailsEnabled: false,
  })
})

test('of changes at once each is told its own, there is one row, and it holds one of them', async () => {
  const { db, outside } = await concurrentDatabase()
  const userId = await addUser(outside)
  const wanted = Array.from({ length: 10 }, (_, index) => index % 2 === 0)

  const told = await atOnce(
    outside,
    'user_privacy_settings',
    wanted.map(enabled => () => changeSetting(db, userId, enabled)),
  )

  expect(told.map(setting => setting?.notificationEmailsEnabled)).toEqual(wanted)
  expect(await readRow(outside, userId)).toBeDefined()
})

test('there is nothing to read or change of who is not there', async () => {
  const { db } = await createDatabase()
  await addUser(db)
  expect(await readSetting(db, nobody)).toBeNull()
  expect(await changeSetting(db, nobody, false)).toBeNull()
  expect(await db.select().from(userPrivacySettings)).toEqual([])
})

test('who is deleted meanwhile is not there', async () => {
  const { db, ownerUrl } = await createDatabase()
  const userId = await addUser(db)
  const host = await openHolder(ownerUrl)
  await host.sql.unsafe(`begin; delete from users where userid = '${userId}'`)
  const changing = changeSetting(db, userId, false)
  await blockedBackends(db, 'user_privacy_settings')
  await host.sql.unsafe('commit')
  expect(await changing).toBeNull()
  expect(await db.select().from(users)).toEqual([])
})
